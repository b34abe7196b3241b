/** Statistics by which a model standardises features; mean 0 and deviation 1 if it does not. */
export interface FeatureStatistics {
  /** [F] */
  readonly mean: Float32Array;
  /** [F] */
  readonly deviation: Float32Array;
}

/**
 * The pixels that a model paints, where features are a picture or begin with one.
 *
 * The heads of grey and blank patches predict logits of a softmax over standardised features (paper 3.6, IV and V), so
 * that they say which colours a patch has, but not how bright it is as a whole. The brightness is taken from what was
 * seen.
 * @param predicted [F] the head's output
 * @param pixels numbers of the picture: width x height x 3
 * @param brightness mean of the picture's numbers
 * @returns [pixels], about 0..1
 */
export function paintFeatures(
  predicted: Float32Array,
  pixels: number,
  { mean, deviation }: FeatureStatistics,
  brightness: number,
): Float32Array {
  const values = predicted
    .subarray(0, pixels)
    .map((value, i) => value * (deviation[i] as number) + (mean[i] as number));
  const shift = brightness - averageOf(values);
  return values.map((value) => value + shift);
}

/** The mean of some numbers. */
export function averageOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
