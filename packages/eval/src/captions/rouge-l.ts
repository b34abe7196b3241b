import type { TokenisedItem } from './tokenised-item.ts';

/** Weight of recall, as in pycocoevalcap. */
const beta = 1.2;

/**
 * ROUGE-L (Lin 2004) of one item as pycocoevalcap 1.2 computes it, 0..1: the best precision and the best recall over the
 * references, which may be of different ones. An empty caption counts as one empty word.
 */
export function rougeL({ candidate, references }: TokenisedItem): number {
  const own = wordsOf(candidate);
  let precision = 0;
  let recall = 0;
  for (const reference of references.map(wordsOf)) {
    const common = longestCommon(own, reference);
    precision = Math.max(precision, common / own.length);
    recall = Math.max(recall, common / reference.length);
  }
  return precision === 0 || recall === 0
    ? 0
    : ((1 + beta ** 2) * precision * recall) / (recall + beta ** 2 * precision);
}

function wordsOf(tokens: readonly string[]): readonly string[] {
  return tokens.length === 0 ? [''] : tokens;
}

/** Length of the longest common subsequence. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Int32Array(b.length + 1);
  for (const word of a) {
    const next = new Int32Array(b.length + 1);
    for (let j = 0; j < b.length; j++)
      next[j + 1] = word === b[j] ? (row[j] as number) + 1 : Math.max(row[j + 1] as number, next[j] as number);
    row = next;
  }
  return row[b.length] as number;
}
