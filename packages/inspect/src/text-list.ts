/** A growing list of short texts as UTF-8, 4 bytes more than their letters each. */
export class TextList {
  #bytes = new Uint8Array(2 ** 16);
  #ends = new Uint32Array(1024);
  #length = 0;
  readonly #encoder = new TextEncoder();

  add(text: string): void {
    const start = this.#length === 0 ? 0 : (this.#ends[this.#length - 1] as number);
    const most = start + 3 * text.length;
    if (most > this.#bytes.length) {
      const more = new Uint8Array(Math.max(2 * this.#bytes.length, most));
      more.set(this.#bytes);
      this.#bytes = more;
    }
    if (this.#length === this.#ends.length) {
      const more = new Uint32Array(2 * this.#length);
      more.set(this.#ends);
      this.#ends = more;
    }
    this.#ends[this.#length++] = start + this.#encoder.encodeInto(text, this.#bytes.subarray(start)).written;
  }

  get(index: number): string {
    const start = index === 0 ? 0 : (this.#ends[index - 1] as number);
    return new TextDecoder().decode(this.#bytes.subarray(start, this.#ends[index]));
  }
}
