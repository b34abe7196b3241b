import { type Tensor4D, tf } from '@kaleido/backend';

/**
 * The pooling after a ResNet's first convolution: 3 x 3 with stride 2 and a padding of one on every side. Its input
 * comes from a ReLU, so padding with zeros cannot change a maximum.
 */
export function stemPool(x: Tensor4D): Tensor4D {
  return tf.tidy(() =>
    tf.maxPool(
      tf.pad(x, [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]),
      3,
      2,
      'valid',
    ),
  );
}
