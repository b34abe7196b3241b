import { type Tensor, tf } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { levelRanges, levels, patchCount } from '@kaleido/layout';

/**
 * Weights that average each level of the given patches, [5, P].
 * @throws KaleidoError if a level has no patch
 */
export function levelAverages(given?: readonly number[]): Tensor {
  const P = given?.length ?? patchCount;
  const weights = new Float32Array(levels.length * P);
  const ranges = levelRanges(given);
  const missing = levels.find((level) => ranges.every((range) => range.level !== level));
  if (missing !== undefined)
    throw new KaleidoError({
      source: 'model',
      problem: `none of the patches is of level ${missing.scale}, and the joint space reads every level`,
      found: given,
      advice: 'give at least one patch of each level',
    });
  for (const [level, { start, patches }] of ranges.entries())
    weights.fill(1 / patches, level * P + start, level * P + start + patches);
  return tf.tensor(weights, [levels.length, P]);
}
