/** The rows that were used last, as many as fit a number of bytes. What falls out lives on where it is still in use. */
export class RowCache<Row> {
  /** The least recently used first. */
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
