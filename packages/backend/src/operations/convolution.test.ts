import { describe, it } from '@jest/globals';
import { expectClose, normal, open, valuesOf, variants } from '../../test/check-operation.ts';
import { tf } from '../index.ts';

// Not our own operations, but the extractors' networks depend on them: the forward pass of TensorFlow.js' fused
// convolutions, in every form that these networks use.

type Shape = [number, number, number, number];

interface Form {
  readonly size: readonly [height: number, width: number];
  readonly kernel: number;
  readonly stride: 1 | 2;
  readonly pad: 'same' | 'valid' | number;
  readonly dilation?: number;
  readonly activation: 'linear' | 'relu' | 'relu6';
  readonly depthwise?: boolean;
}

const forms: readonly (readonly [string, Form])[] = [
  ['1 x 1', { size: [5, 7], kernel: 1, stride: 1, pad: 0, activation: 'linear' }],
  ['3 x 3 in the middle', { size: [6, 5], kernel: 3, stride: 1, pad: 'same', activation: 'relu' }],
  ['3 x 3, inside alone', { size: [6, 5], kernel: 3, stride: 1, pad: 'valid', activation: 'relu6' }],
  ['3 x 3, every second, padded on every side', { size: [8, 6], kernel: 3, stride: 2, pad: 1, activation: 'relu6' }],
  ['7 x 7, every second, padded on every side', { size: [11, 9], kernel: 7, stride: 2, pad: 3, activation: 'relu' }],
  ['3 x 3, dilated', { size: [9, 9], kernel: 3, stride: 1, pad: 'same', dilation: 3, activation: 'relu' }],
  ['depthwise', { size: [7, 6], kernel: 3, stride: 1, pad: 1, activation: 'relu6', depthwise: true }],
  ['depthwise, every second', { size: [8, 7], kernel: 3, stride: 2, pad: 1, activation: 'linear', depthwise: true }],
];
const [B, I, O] = [2, 3, 5];

describe('convolutions', () => {
  it.each(variants.flatMap((variant) => forms.map(([name, form]) => [variant, name, form] as const)))(
    'are computed on %s: %s',
    async (variant, _, form) => {
      const { size, kernel, stride, pad, dilation = 1, activation, depthwise = false } = form;
      await open(variant);
      const x = normal('x', [B, ...size, I], 2);
      const filter = normal('filter', [kernel, kernel, I, depthwise ? 1 : O]);
      const bias = normal('bias', [depthwise ? I : O]);
      const found = await valuesOf(() => {
        const options = {
          x: tf.tensor4d(x.values, x.shape as Shape),
          filter: tf.tensor4d(filter.values, filter.shape as Shape),
          bias: tf.tensor1d(bias.values),
          strides: stride,
          pad,
          dilations: dilation,
          activation,
        };
        return depthwise ? tf.fused.depthwiseConv2d(options) : tf.fused.conv2d(options);
      });
      const expected = convolve(x.values, filter.values, bias.values, form);

      expectClose(found, expected, 1e-5, 'convolution');
    },
  );
});

/** The same in double precision. */
function convolve(x: Float32Array, filter: Float32Array, bias: Float32Array, form: Form): number[] {
  const { size, kernel, stride, pad, dilation = 1, activation, depthwise = false } = form;
  const [height, width] = size;
  const reach = (kernel - 1) * dilation;
  const outputs = depthwise ? I : O;
  const side = (length: number): { before: number; count: number } => {
    if (pad === 'same') {
      const count = Math.ceil(length / stride);
      return { before: Math.floor(Math.max(0, (count - 1) * stride + reach + 1 - length) / 2), count };
    }
    const before = pad === 'valid' ? 0 : pad;
    return { before, count: Math.floor((length + 2 * before - reach - 1) / stride) + 1 };
  };
  const [down, across] = [side(height), side(width)];
  const sums: number[] = [];
  for (let b = 0; b < B; b++)
    for (let row = 0; row < down.count; row++)
      for (let column = 0; column < across.count; column++)
        for (let o = 0; o < outputs; o++) {
          let sum = bias[o]!;
          for (let v = 0; v < kernel; v++)
            for (let u = 0; u < kernel; u++) {
              const y = row * stride - down.before + v * dilation;
              const z = column * stride - across.before + u * dilation;
              if (y < 0 || z < 0 || y >= height || z >= width) continue;
              const at = ((b * height + y) * width + z) * I;
              if (depthwise) sum += x[at + o]! * filter[(v * kernel + u) * I + o]!;
              else for (let i = 0; i < I; i++) sum += x[at + i]! * filter[((v * kernel + u) * I + i) * O + o]!;
            }
          const most = activation === 'relu6' ? 6 : Number.POSITIVE_INFINITY;
          sums.push(activation === 'linear' ? sum : Math.min(most, Math.max(0, sum)));
        }
  return sums;
}
