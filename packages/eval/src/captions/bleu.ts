/** BLEU-1 to BLEU-4, 0..1. */
export type Bleu = readonly [bleu1: number, bleu2: number, bleu3: number, bleu4: number];

export interface BleuScores {
  /** Of all items together: counts are summed, so this is not the mean of the items. */
  readonly corpus: Bleu;
  readonly items: readonly Bleu[];
}

/** What is compared: the tokens of a caption and of its references. */
export interface TokenisedItem {
  readonly candidate: readonly string[];
  readonly references: readonly (readonly string[])[];
}

const orders = [1, 2, 3, 4] as const;

/** The reference's constants: they keep a score of nothing in common above 0 and its denominator from it. */
const tiny = 1e-15;
const small = 1e-9;

interface Counts {
  readonly length: number;
  readonly referenceLength: number;
  /** N-grams of the candidate, and those that a reference has, by order. */
  readonly all: readonly number[];
  readonly matching: readonly number[];
}

/** BLEU (Papineni et al. 2002) as pycocoevalcap 1.2 computes it: the closest reference length, the shorter on ties. */
export function bleu(items: readonly TokenisedItem[]): BleuScores {
  const counted = items.map(countItem);
  const sum = (of: (counts: Counts) => number): number => counted.reduce((total, counts) => total + of(counts), 0);
  const total: Counts = {
    length: sum(({ length }) => length),
    referenceLength: sum(({ referenceLength }) => referenceLength),
    all: orders.map((_, k) => sum(({ all }) => all[k] as number)),
    matching: orders.map((_, k) => sum(({ matching }) => matching[k] as number)),
  };
  return { corpus: scoreOf(total), items: counted.map(scoreOf) };
}

function countItem({ candidate, references }: TokenisedItem): Counts {
  const length = candidate.length;
  const lengths = references.map((reference) => reference.length).sort((a, b) => a - b);
  const referenceLength = lengths.reduce((best, one) =>
    Math.abs(one - length) < Math.abs(best - length) ? one : best,
  );
  const matching = orders.map((order) => {
    const allowed = new Map<string, number>();
    for (const reference of references)
      for (const [ngram, count] of ngramCounts(reference, order))
        allowed.set(ngram, Math.max(count, allowed.get(ngram) ?? 0));
    let sum = 0;
    for (const [ngram, count] of ngramCounts(candidate, order)) sum += Math.min(count, allowed.get(ngram) ?? 0);
    return sum;
  });
  return { length, referenceLength, all: orders.map((order) => Math.max(0, length - order + 1)), matching };
}

function scoreOf({ length, referenceLength, all, matching }: Counts): Bleu {
  const ratio = (length + tiny) / (referenceLength + small);
  const brevity = ratio < 1 ? Math.exp(1 - 1 / ratio) : 1;
  const precision = (order: 1 | 2 | 3 | 4): number =>
    ((matching[order - 1] as number) + tiny) / ((all[order - 1] as number) + small);
  const unigrams = precision(1);
  const bigrams = unigrams * precision(2);
  const trigrams = bigrams * precision(3);
  const fourgrams = trigrams * precision(4);
  return [
    unigrams * brevity,
    bigrams ** (1 / 2) * brevity,
    trigrams ** (1 / 3) * brevity,
    fourgrams ** (1 / 4) * brevity,
  ];
}

/** N-grams with their counts. A token contains no blank, so a blank can join them. */
export function ngramCounts(tokens: readonly string[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + order <= tokens.length; at++) {
    const ngram = order === 1 ? (tokens[at] as string) : tokens.slice(at, at + order).join(' ');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}
