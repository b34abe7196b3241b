/** A row with its score. */
export interface ScoredRow {
  readonly row: number;
  readonly score: number;
}

/** Keeps the best of many scores: a heap whose root is the worst that is kept. */
export class BestScores {
  readonly #most: number;
  readonly #isBetter: (a: ScoredRow, b: ScoredRow) => boolean;
  readonly #heap: ScoredRow[] = [];

  /**
   * @param most how many to keep
   * @param comesFirst which of two rows with equal scores is better
   */
  constructor(most: number, comesFirst: (row: number, other: number) => boolean) {
    this.#most = most;
    this.#isBetter = (a, b) => (a.score === b.score ? comesFirst(a.row, b.row) : a.score > b.score);
  }

  /** A score below this is not kept; one that equals it may be. */
  get threshold(): number {
    return this.#heap.length < this.#most ? -Infinity : (this.#heap[0]?.score ?? Infinity);
  }

  add(row: number, score: number): void {
    const heap = this.#heap;
    const entry = { row, score };
    if (heap.length < this.#most) {
      heap.push(entry);
      this.#rise(heap.length - 1);
    } else if (heap[0] !== undefined && this.#isBetter(entry, heap[0])) {
      heap[0] = entry;
      this.#sink();
    }
  }

  /** From the best on. */
  sorted(): ScoredRow[] {
    return [...this.#heap].sort((a, b) => (this.#isBetter(a, b) ? -1 : 1));
  }

  #rise(start: number): void {
    const heap = this.#heap;
    for (let at = start; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#isBetter(heap[parent] as ScoredRow, heap[at] as ScoredRow)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0; ; ) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && this.#isBetter(heap[worst] as ScoredRow, heap[child] as ScoredRow)) worst = child;
      if (worst === at) return;
      this.#swap(at, worst);
      at = worst;
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b] as ScoredRow, heap[a] as ScoredRow];
  }
}
