import type { Weights } from './weights.ts';

/**
 * The weights of a model with `standardise_features`, from mean and deviation of each feature, [F] each.
 * A feature that hardly ever varies, such as a rare colour's, would be scaled up a thousandfold when it does: none is
 * divided by less than a tenth of the mean deviation.
 */
export function featureStandardisation({
  mean,
  deviation,
}: {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}): Weights {
  const least = (0.1 * deviation.reduce((sum, value) => sum + value, 0)) / deviation.length;
  return new Map([
    ['kaleido/feature_mean', mean.slice()],
    ['kaleido/feature_deviation', deviation.map((value) => Math.max(value, least) || 1)],
  ]);
}
