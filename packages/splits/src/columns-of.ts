import { selectColumns } from '@kaleido/kaleido-patches';
import type { PreparedSplit } from './prepared-split.ts';

/** The same split with a part of each feature vector: numbers `start` to `start + width`. */
export function columnsOf(split: PreparedSplit, start: number, width: number): PreparedSplit {
  const { mean, deviation } = split.statistics;
  return {
    ...split,
    key: `${split.key}, ${start} to ${start + width}`,
    features: selectColumns(split.features, start, width),
    statistics: {
      mean: mean.subarray(start, start + width),
      deviation: deviation.subarray(start, start + width),
    },
  };
}
