/** Lets a loop go on step by step: while it plays, or for so many steps. */
export class Gate {
  #playing = false;
  #steps = 0;
  #wake: () => void = () => undefined;
  #changed: Promise<void> = Promise.resolve();

  constructor() {
    this.#turn();
  }

  get playing(): boolean {
    return this.#playing;
  }

  play(): void {
    this.#playing = true;
    this.#turn();
  }

  pause(): void {
    this.#playing = false;
    this.#steps = 0;
    this.#turn();
  }

  /** One more step, then a pause. */
  step(): void {
    this.#playing = false;
    this.#steps += 1;
    this.#turn();
  }

  /** Wakes what waits, to look at something else that has changed. */
  nudge(): void {
    this.#turn();
  }

  /** Whether a step may begin; it counts as taken. */
  take(): boolean {
    if (this.#playing) return true;
    if (this.#steps === 0) return false;
    this.#steps -= 1;
    return true;
  }

  /** Until the next change. */
  changed(): Promise<void> {
    return this.#changed;
  }

  #turn(): void {
    this.#wake();
    this.#changed = new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
