import { type Tensor4D, tf } from '@kaleido/backend';

/**
 * The pooling behind a ResNet's first convolution: 3 x 3 with stride 2, one place of padding on every side. What it looks
 * at is behind a ReLU, so zeros serve as the padding that no maximum can come from.
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
