import { KaleidoError } from '@kaleido/foundation';

/** Share of queries whose positive is among the first 1, 5 and 10, in per cent. */
export interface Recalls {
  readonly '1': number;
  readonly '5': number;
  readonly '10': number;
}

/** Summary of the ranks of many queries. */
export interface RankSummary {
  readonly recalls: Recalls;
  /** Mean of 1 / rank, 0..1. */
  readonly meanReciprocalRank: number;
  readonly medianRank: number;
  readonly meanRank: number;
  /** The number of queries. */
  readonly queries: number;
}

/**
 * Recalls at 1, 5 and 10 over ranks from 1.
 * @throws KaleidoError if there are no ranks, or one is below 1
 */
export function retrievalRecalls(ranks: ArrayLike<number>): RankSummary {
  const count = ranks.length;
  if (count === 0)
    throw new KaleidoError({ source: 'eval', problem: 'no query was ranked: a recall over none is not defined' });
  const ordered = Array.from(ranks).sort((a, b) => a - b);
  const wrong = ordered.find((rank) => !(rank >= 1 && Number.isFinite(rank)));
  if (wrong !== undefined)
    throw new KaleidoError({ source: 'eval', problem: 'a rank must be a number from 1 up', found: String(wrong) });
  const recallAt = (limit: number): number => (100 * ordered.filter((rank) => rank <= limit).length) / count;
  const middle = count >> 1;
  return {
    recalls: { '1': recallAt(1), '5': recallAt(5), '10': recallAt(10) },
    meanReciprocalRank: ordered.reduce((sum, rank) => sum + 1 / rank, 0) / count,
    medianRank:
      count % 2 === 1
        ? (ordered[middle] as number)
        : ((ordered[middle - 1] as number) + (ordered[middle] as number)) / 2,
    meanRank: ordered.reduce((sum, rank) => sum + rank, 0) / count,
    queries: count,
  };
}

/** SumR: the sum of the six recalls of both directions, 0..600, the figure that papers compare. */
export function sumOfRecalls(imageToText: Recalls, textToImage: Recalls): number {
  return imageToText[1] + imageToText[5] + imageToText[10] + textToImage[1] + textToImage[5] + textToImage[10];
}
