import { KaleidoError, randomStream } from '@kaleido/foundation';

export interface ComparePairedOptions {
  /** How often the items are drawn again, 100 to 1,000,000. Default 2,000: enough for an interval, and seconds for thousands of items. */
  readonly resamples?: number;
  /** Of the draws. Default 1. */
  readonly seed?: number;
}

/** Two models on the same items. */
export interface PairedComparison {
  readonly items: number;
  /** Mean score of the first and the second model. */
  readonly means: readonly [first: number, second: number];
  /** Mean of the second minus mean of the first. */
  readonly difference: number;
  /** 95 % of the resamples have a difference from `least` to `most`. If 0 is among them, no difference is shown. */
  readonly interval: readonly [least: number, most: number];
  /** Items on which the first, the second and neither model is better. */
  readonly wins: { readonly first: number; readonly second: number; readonly neither: number };
}

/**
 * Compares two models by their scores for the same items, with a paired bootstrap: items are drawn with replacement, and
 * both models are scored on the same draw (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3: the
 * percentile interval). The interval shows how much the difference depends on which items were measured; how much it
 * depends on the seed of training, only further training runs can show.
 * Items must be independent: of several photographs of one product, give the mean score.
 * @param first a score for each item, e.g. 1 where the model was right and 0 where it was not; higher is better
 * @param second the same for the other model, in the same order
 * @throws KaleidoError for lists of different lengths, fewer than two items, and scores that are NaN or infinite
 */
export function comparePaired(
  first: readonly number[],
  second: readonly number[],
  { resamples = 2000, seed = 1 }: ComparePairedOptions = {},
): PairedComparison {
  const refuse = (problem: string, found: unknown, advice: string): KaleidoError =>
    new KaleidoError({ source: 'eval', problem, found, advice });
  if (first.length !== second.length || first.length < 2)
    throw refuse(
      'two models are compared by their scores for the same items, two or more',
      [first.length, second.length],
      'give one score for each item from both',
    );
  const wrong = [...first, ...second].find((score) => !Number.isFinite(score));
  if (wrong !== undefined) throw refuse('scores must be finite', wrong, 'leave the item out for both models');
  if (!Number.isInteger(resamples) || resamples < 100 || resamples > 1_000_000)
    throw refuse(
      'resamples must be a whole number from 100 to 1,000,000',
      resamples,
      '2,000 is enough for an interval',
    );
  const differences = second.map((score, item) => score - (first[item] as number));
  const drawn = new Float64Array(resamples);
  const random = randomStream(seed, 'paired bootstrap');
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let draw = 0; draw < differences.length; draw++)
      sum += differences[random.integer(differences.length)] as number;
    drawn[resample] = sum / differences.length;
  }
  drawn.sort();
  const means = [mean(first), mean(second)] as const;
  const betterIf = (isBetter: (difference: number) => boolean): number => differences.filter(isBetter).length;
  return {
    items: first.length,
    means,
    difference: means[1] - means[0],
    interval: [quantile(drawn, 0.025), quantile(drawn, 0.975)],
    wins: {
      first: betterIf((difference) => difference < 0),
      second: betterIf((difference) => difference > 0),
      neither: betterIf((difference) => difference === 0),
    },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value at a share of sorted values, the nearest one. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] as number;
}
