/** A range of a file's bytes: up to `end`, which it does not include. */
export interface FileRange {
  readonly start: number;
  readonly end: number;
  /** Where it is kept; absent if it is not. */
  readonly at?: number;
}

interface Kept {
  readonly start: number;
  end: number;
  readonly at: number;
}

/** Which bytes of a file are kept, and where. Ranges that follow each other in both places are one. */
export class KeptRanges {
  /** In order, without overlaps. */
  readonly #kept: Kept[] = [];

  /** @param at where the first byte is kept. The range must not overlap kept ones. */
  add(start: number, end: number, at: number): void {
    if (end <= start) return;
    const index = this.#firstEndingAfter(start);
    const before = this.#kept[index - 1];
    if (before !== undefined && before.end === start && before.at + start - before.start === at) before.end = end;
    else this.#kept.splice(index, 0, { start, end, at });
  }

  /** Cuts a range into parts that are kept and parts that are not, in order. */
  parts(start: number, end: number): FileRange[] {
    const parts: FileRange[] = [];
    let from = start;
    for (let index = this.#firstEndingAfter(start); from < end; index++) {
      const kept = this.#kept[index];
      if (kept === undefined || kept.start >= end) {
        parts.push({ start: from, end });
        break;
      }
      if (kept.start > from) parts.push({ start: from, end: kept.start });
      const [first, last] = [Math.max(from, kept.start), Math.min(end, kept.end)];
      parts.push({ start: first, end: last, at: kept.at + first - kept.start });
      from = last;
    }
    return parts;
  }

  /** The index of the first range that has bytes from `position` on. */
  #firstEndingAfter(position: number): number {
    let [low, high] = [0, this.#kept.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#kept[middle] as Kept).end > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
