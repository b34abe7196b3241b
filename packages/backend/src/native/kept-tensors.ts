/** As many as the settings of an optimiser, the axes and the shapes of a model need, several times over. */
const most = 256;

/** Small tensors of TensorFlow's that stay for as long as they are asked for again and again. */
export class KeptTensors {
  readonly #ids = new Map<string, number>();
  readonly #free: (id: number) => void;

  constructor(free: (id: number) => void) {
    this.#free = free;
  }

  /** TensorFlow's number of what `make` made when it was last needed. */
  get(key: string, make: () => number): number {
    const known = this.#ids.get(key);
    const id = known ?? make();
    // The map's order is that of the last use.
    this.#ids.delete(key);
    this.#ids.set(key, id);
    if (this.#ids.size > most) {
      const [oldest, unused] = this.#ids.entries().next().value as [string, number];
      this.#ids.delete(oldest);
      this.#free(unused);
    }
    return id;
  }
}
