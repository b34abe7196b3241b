import type { BatchSource } from './training-task.ts';

/**
 * Steps whose batches are made ahead of the current step: one is ready while the next is made. More would need more
 * memory without a gain, as long as making a batch takes less time than a step.
 */
export const defaultAhead = 2;

/** The batches of some micro-batches, requested ahead of time. */
export class BatchQueue<Batch> {
  readonly #source: BatchSource<Batch>;
  readonly #microBatches: readonly number[];
  readonly #steps: number;
  readonly #ahead: number;
  #asked: { readonly step: number; readonly batches: Promise<Batch[]> }[] = [];
  /** Milliseconds that `take` has waited for batches. */
  waited = 0;

  /** @param steps batches are requested up to here */
  constructor(
    source: BatchSource<Batch>,
    microBatches: readonly number[],
    steps: number,
    ahead: number = defaultAhead,
  ) {
    this.#source = source;
    this.#microBatches = microBatches;
    this.#steps = steps;
    this.#ahead = ahead;
  }

  /** The batches of a step, in the order of the micro-batches. @throws what the source threw */
  async take(step: number): Promise<Batch[]> {
    if (this.#asked[0]?.step !== step) this.#asked = [];
    for (let next = this.#asked.at(-1)?.step ?? step - 1; next < Math.min(step + this.#ahead, this.#steps - 1); )
      this.#ask(++next);
    if (this.#asked.length === 0) this.#ask(step);
    const begun = performance.now();
    const batches = await (this.#asked.shift() as { batches: Promise<Batch[]> }).batches;
    this.waited += performance.now() - begun;
    return batches;
  }

  #ask(step: number): void {
    const batches = Promise.all(this.#microBatches.map(async (microBatch) => this.#source.batch(step, microBatch)));
    // `take` reports the failure; until then it must not count as unhandled.
    batches.catch(() => undefined);
    this.#asked.push({ step, batches });
  }
}
