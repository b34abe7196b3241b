/** A growing list of 64-bit numbers, 8 bytes each; up to twice as much, as it doubles when it is full. */
export class Uint64List {
  #held = new BigUint64Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(number: bigint): void {
    if (this.#length === this.#held.length) {
      const more = new BigUint64Array(2 * this.#length);
      more.set(this.#held);
      this.#held = more;
    }
    this.#held[this.#length++] = number;
  }

  /** A view, valid until the next `add`. */
  values(): BigUint64Array {
    return this.#held.subarray(0, this.#length);
  }
}
