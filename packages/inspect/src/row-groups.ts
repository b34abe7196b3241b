/** Rows that belong together, directly or through others. */
export class RowGroups {
  readonly #parents: Uint32Array;

  constructor(rows: number) {
    this.#parents = Uint32Array.from({ length: rows }, (_, row) => row);
  }

  join(a: number, b: number): void {
    const [one, other] = [this.#rootOf(a), this.#rootOf(b)];
    this.#parents[Math.max(one, other)] = Math.min(one, other);
  }

  /** The groups of two rows or more, each in order; the largest first, then by their first row. */
  groups(): number[][] {
    const found = new Map<number, number[]>();
    for (const row of this.#parents.keys()) {
      const root = this.#rootOf(row);
      const group = found.get(root) ?? [root];
      if (root === row) continue;
      group.push(row);
      found.set(root, group);
    }
    return largestFirst([...found.values()]);
  }

  #rootOf(row: number): number {
    let root = row;
    while (this.#parents[root] !== root) {
      // Halves the way for the next time.
      this.#parents[root] = this.#parents[this.#parents[root] as number] as number;
      root = this.#parents[root] as number;
    }
    return root;
  }
}

/** The rows that share a number, in groups of two or more; the largest first, then by their first row. */
export function equalRows(numbers: BigUint64Array): number[][] {
  const order = Uint32Array.from(numbers.keys()).sort((a, b) => compare(numbers, a, b) || a - b);
  const groups: number[][] = [];
  for (let start = 0, end = 1; start < order.length; start = end++) {
    while (end < order.length && numbers[order[end] as number] === numbers[order[start] as number]) end++;
    if (end - start > 1) groups.push([...order.subarray(start, end)]);
  }
  return largestFirst(groups);
}

function largestFirst(groups: number[][]): number[][] {
  return groups.sort((a, b) => b.length - a.length || (a[0] as number) - (b[0] as number));
}

function compare(numbers: BigUint64Array, a: number, b: number): number {
  const [one, other] = [numbers[a] as bigint, numbers[b] as bigint];
  return one < other ? -1 : one > other ? 1 : 0;
}
