import { type Tensor, tf } from '@kaleido/backend';

/**
 * The mask of text that is read from left to right, with P patches after it, [B, S, S]: position t of the text sees
 * its positions up to t, except for padding, and every patch; patches see only patches.
 * @param textMask [B, T], 1 for a token and 0 for padding
 * @param P 0, the default: the text alone
 */
export function causalMask(textMask: Tensor, P = 0): Tensor {
  const [B, T] = textMask.shape as [number, number];
  const upTo = Float32Array.from({ length: T * T }, (_, i) => (i % T <= Math.floor(i / T) ? 1 : 0));
  return tf.tidy(() => {
    const textByText = tf.mul(tf.reshape(textMask, [B, 1, T]), tf.tensor(upTo, [1, T, T])); // [B, T, T]
    if (P === 0) return textByText;
    const text = tf.concat([textByText, tf.ones([B, T, P])], 2); // [B, T, S]
    const patches = tf.concat([tf.zeros([B, P, T]), tf.ones([B, P, P])], 2); // [B, P, S]
    return tf.concat([text, patches], 1);
  });
}
