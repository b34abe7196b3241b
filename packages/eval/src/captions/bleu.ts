import { forEachShared, longestNgram, type NgramCounts, type NgramItem, ngramTotal } from './ngrams.ts';

/** BLEU-1 to BLEU-4, 0..1. */
export type Bleu = readonly [bleu1: number, bleu2: number, bleu3: number, bleu4: number];

export interface BleuScores {
  /** Of all items together: counts are summed, so this is not the mean of the items. */
  readonly corpus: Bleu;
  readonly items: readonly Bleu[];
}

const orders = Array.from({ length: longestNgram }, (_, k) => k);

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
export function bleu(items: readonly NgramItem[]): BleuScores {
  const counted = items.map(countItem);
  const sum = (of: (counts: Counts) => number): number => counted.reduce((total, counts) => total + of(counts), 0);
  const total: Counts = {
    length: sum(({ length }) => length),
    referenceLength: sum(({ referenceLength }) => referenceLength),
    all: orders.map((k) => sum(({ all }) => all[k] as number)),
    matching: orders.map((k) => sum(({ matching }) => matching[k] as number)),
  };
  return { corpus: scoreOf(total), items: counted.map(scoreOf) };
}

function countItem({ candidate, references }: NgramItem): Counts {
  const all = candidate.map(ngramTotal);
  const length = all[0] as number;
  const lengths = references.map(([words]) => ngramTotal(words as NgramCounts)).sort((a, b) => a - b);
  const referenceLength = lengths.reduce((best, one) =>
    Math.abs(one - length) < Math.abs(best - length) ? one : best,
  );
  const matching = candidate.map((ngrams, k) => {
    // Of each n-gram as many as the reference that has most of it.
    const allowed = new Int32Array(ngrams.ids.length);
    for (const reference of references) {
      const theirs = reference[k] as NgramCounts;
      forEachShared(ngrams, theirs, (at, atTheirs) => {
        allowed[at] = Math.max(allowed[at] as number, theirs.counts[atTheirs] as number);
      });
    }
    return ngrams.counts.reduce((sum, count, at) => sum + Math.min(count, allowed[at] as number), 0);
  });
  return { length, referenceLength, all, matching };
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
