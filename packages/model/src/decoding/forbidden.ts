import { type Tensor, tf } from '@kaleido/backend';
import type { CaptionTokens } from './caption-options.ts';

/** Added to the logit of a piece that may not be chosen, so that its probability is 0. */
const outOfChoice = -1e9;

/** Pieces that may never be chosen. */
export function forbiddenAnywhere({ classification, mask, never }: CaptionTokens): readonly number[] {
  return [classification, mask, ...never];
}

/** Log-probabilities in which these pieces are impossible, [N, V]. */
export function logProbabilitiesWithout(logits: Tensor, forbidden: readonly number[]): Tensor {
  const penalties = new Float32Array(logits.shape[1] as number);
  for (const id of forbidden) penalties[id] = outOfChoice;
  return tf.tidy(() => tf.logSoftmax(tf.add(logits, tf.tensor(penalties))));
}
