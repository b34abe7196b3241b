/** The longest n-grams that BLEU and CIDEr-D compare. */
export const longestNgram = 4;

/** The different n-grams of one order in a caption, by ascending id, and how often each stands there. */
export interface NgramCounts {
  readonly ids: Int32Array;
  readonly counts: Int32Array;
}

/** The n-grams of a caption and of its references, by order from 1 to 4. */
export interface NgramItem {
  readonly candidate: readonly NgramCounts[];
  readonly references: readonly (readonly NgramCounts[])[];
}

/** N-grams of one order in a caption. */
export function ngramTotal({ counts }: NgramCounts): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** More than there are n-grams or words in any corpus, so that a prefix and a word make one number below 2 ** 53. */
const idLimit = 2 ** 26;

/** Gives each n-gram of some captions a small integer, so that captions are compared as sorted arrays. */
export class NgramIndex {
  readonly #words = new Map<string, number>();
  /** An n-gram's id by the id of all but its last word, and that word; for orders from 2. */
  readonly #longer = new Map<number, number>();
  #size = 0;

  /** The n-grams of a caption, by order from 1 to 4. */
  count(tokens: readonly string[]): readonly NgramCounts[] {
    const words = new Int32Array(tokens.length);
    for (let at = 0; at < words.length; at++) words[at] = this.#idOf(this.#words, tokens[at] as string);
    let ids = words;
    const orders = [counted(ids)];
    for (let order = 2; order <= longestNgram; order++) {
      const longer = new Int32Array(Math.max(0, words.length - order + 1));
      for (let at = 0; at < longer.length; at++)
        longer[at] = this.#idOf(this.#longer, (ids[at] as number) * idLimit + (words[at + order - 1] as number));
      orders.push(counted(longer));
      ids = longer;
    }
    return orders;
  }

  #idOf<Key>(known: Map<Key, number>, key: Key): number {
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, this.#size);
    return this.#size++;
  }
}

/** Calls back for each id that both have, with its places in them. */
export function forEachShared(a: NgramCounts, b: NgramCounts, onShared: (atA: number, atB: number) => void): void {
  let [i, j] = [0, 0];
  while (i < a.ids.length && j < b.ids.length) {
    const difference = (a.ids[i] as number) - (b.ids[j] as number);
    if (difference === 0) onShared(i, j);
    if (difference <= 0) i++;
    if (difference >= 0) j++;
  }
}

function counted(ids: Int32Array): NgramCounts {
  const sorted = ids.slice().sort();
  const counts = new Int32Array(sorted.length);
  let size = 0;
  for (let at = 0; at < sorted.length; at++) {
    const id = sorted[at] as number;
    if (at === 0 || id !== sorted[size - 1]) sorted[size++] = id;
    counts[size - 1] = (counts[size - 1] as number) + 1;
  }
  return { ids: sorted.subarray(0, size), counts: counts.subarray(0, size) };
}
