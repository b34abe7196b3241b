/** Reads pieces by counts of bytes. A piece is used only until the next one is asked for. */
export class PieceReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  /** Where the unread bytes of the piece begin. */
  #at = 0;
  #position = 0;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Bytes read or skipped so far. */
  get position(): number {
    return this.#position;
  }

  /** The next bytes, valid until the next call: a view where they are in one piece. Undefined if the stream ends sooner. */
  async take(count: number): Promise<Uint8Array | undefined> {
    if (this.#piece.length - this.#at < count) return this.copy(count);
    this.#advance(count);
    return this.#piece.subarray(this.#at - count, this.#at);
  }

  /** As `take`, in memory of its own. */
  async copy(count: number): Promise<Uint8Array | undefined> {
    if (this.#piece.length - this.#at >= count) {
      this.#advance(count);
      return Uint8Array.prototype.slice.call(this.#piece, this.#at - count, this.#at);
    }
    const bytes = new Uint8Array(count);
    for (let done = 0; done < count; ) {
      if (this.#at === this.#piece.length && !(await this.#next())) return undefined;
      const part = this.#piece.subarray(this.#at, this.#at + count - done);
      bytes.set(part, done);
      this.#advance(part.length);
      done += part.length;
    }
    return bytes;
  }

  /** @returns whether there were as many bytes */
  async skip(count: number): Promise<boolean> {
    let left = count;
    while (left > this.#piece.length - this.#at) {
      left -= this.#piece.length - this.#at;
      this.#advance(this.#piece.length - this.#at);
      if (!(await this.#next())) return false;
    }
    this.#advance(left);
    return true;
  }

  /** What is left of a piece, or the next one; undefined at the end. */
  async rest(): Promise<Uint8Array | undefined> {
    if (this.#at === this.#piece.length && !(await this.#next())) return undefined;
    const rest = this.#piece.subarray(this.#at);
    this.#advance(rest.length);
    return rest;
  }

  /** Ends the reading of the pieces. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  #advance(count: number): void {
    this.#at += count;
    this.#position += count;
  }

  async #next(): Promise<boolean> {
    const { value, done } = await this.#pieces.next();
    if (done === true) return false;
    this.#piece = value;
    this.#at = 0;
    return true;
  }
}
