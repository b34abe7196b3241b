import { type Tensor, tf } from '@kaleido/backend';
import { levels, patchCount } from '@kaleido/layout';
import { everyLevel } from './every-level.ts';

/**
 * Weights that average each level of the given patches, [5, P].
 * @throws KaleidoError if a level has no patch
 */
export function levelAverages(given?: readonly number[]): Tensor {
  const P = given?.length ?? patchCount;
  const weights = new Float32Array(levels.length * P);
  for (const [level, { start, patches }] of everyLevel('the joint space', given).entries())
    weights.fill(1 / patches, level * P + start, level * P + start + patches);
  return tf.tensor(weights, [levels.length, P]);
}
