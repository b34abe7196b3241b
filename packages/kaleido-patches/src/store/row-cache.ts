/** The most recently used rows, up to a number of bytes. Removed rows stay valid where they are still in use. */
export class RowCache<Row> {
  /** Least recently used first. */
  readonly #rows = new Map<number, Row>();
  readonly #most: number;

  constructor(bytes: number, bytesPerRow: number) {
    this.#most = Math.floor(bytes / bytesPerRow);
  }

  get size(): number {
    return this.#rows.size;
  }

  get(row: number): Row | undefined {
    const found = this.#rows.get(row);
    if (found === undefined) return undefined;
    this.#rows.delete(row);
    this.#rows.set(row, found);
    return found;
  }

  set(row: number, value: Row): void {
    this.#rows.delete(row);
    this.#rows.set(row, value);
    for (const oldest of this.#rows.keys()) {
      if (this.#rows.size <= this.#most) return;
      this.#rows.delete(oldest);
    }
  }

  clear(): void {
    this.#rows.clear();
  }
}
