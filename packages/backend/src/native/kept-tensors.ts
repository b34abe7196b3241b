/** Several times what an optimiser's settings and a model's axes and shapes need. */
const most = 256;

/** A cache of TensorFlow's small constant tensors; the least recently used is dropped first. */
export class KeptTensors {
  readonly #ids = new Map<string, number>();
  readonly #free: (id: number) => void;

  constructor(free: (id: number) => void) {
    this.#free = free;
  }

  /** TensorFlow's id of the tensor that `make` makes, from the cache if it is there. */
  get(key: string, make: () => number): number {
    const known = this.#ids.get(key);
    const id = known ?? make();
    // The map is ordered by last use.
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
