import { describe, it } from '@jest/globals';
import { checkOperation, normal, variants } from '../../test/check-operation.ts';
import { exactGelu, gelu, multiply, transpose } from '../../test/reference.ts';
import { ops, tf } from '../index.ts';

describe.each(variants)('linear on %s', (variant) => {
  it.each([
    [[1], 1, 1],
    [[2, 3], 5, 7],
    [[119], 3, 9],
    [[97], 259, 13],
    [[5], 8, 515],
    [[1, 1], 768, 36],
    [[64], 32, 16],
    [[65], 63, 33],
    [[3], 36, 1],
    [[31], 1, 3],
  ])('takes x %j of width %i to width %i', async (leading, width, outputs) => {
    const rows = leading.reduce((product, length) => product * length, 1);
    await checkOperation({
      variant,
      inputs: {
        x: normal('x', [...leading, width]),
        kernel: normal('kernel', [width, outputs]),
        bias: normal('bias', [outputs]),
      },
      run: ({ x, kernel, bias }) => ops.linear(x, kernel, bias),
      reference: ({ x, kernel, bias }) =>
        multiply(x, kernel, rows, width, outputs).map((sum, i) => sum + bias[i % outputs]!),
    });
  });

  it.each([
    ['gelu', gelu],
    ['gelu-erf', exactGelu],
    ['tanh', Math.tanh],
  ] as const)('applies %s', async (activation, function_) => {
    await checkOperation({
      variant,
      inputs: { x: normal('x', [7, 6]), kernel: normal('kernel', [6, 11]), bias: normal('bias', [11]) },
      run: ({ x, kernel, bias }) => ops.linear(x, kernel, bias, activation),
      reference: ({ x, kernel, bias }) => multiply(x, kernel, 7, 6, 11).map((sum, i) => function_(sum + bias[i % 11]!)),
    });
  });

  it.each([
    [1, 3, 1, false],
    [65, 36, 67, false],
    [5, 1100, 12, false],
    [7, 6, 11, true],
  ] as const)('applies gelu to %i rows of width %i to %i, transposed %s', async (rows, width, outputs, transposed) => {
    await checkOperation({
      variant,
      inputs: {
        x: normal('x', [rows, width]),
        kernel: normal('kernel', transposed ? [outputs, width] : [width, outputs]),
        bias: normal('bias', [outputs]),
      },
      run: ({ x, kernel, bias }) => ops.linear(x, kernel, bias, 'gelu', transposed),
      reference: ({ x, kernel, bias }) =>
        multiply(x, transposed ? transpose(kernel, outputs, width) : kernel, rows, width, outputs).map((sum, i) =>
          gelu(sum + bias[i % outputs]!),
        ),
    });
  });

  it.each([1e15, 1e-15])('keeps its digits for values around %d', async (scale) => {
    await checkOperation({
      variant,
      inputs: { x: normal('x', [5, 7], scale), kernel: normal('kernel', [7, 6]), bias: normal('bias', [6], scale) },
      run: ({ x, kernel, bias }) => tf.div(ops.linear(x, kernel, bias), scale),
      reference: ({ x, kernel, bias }) => multiply(x, kernel, 5, 7, 6).map((sum, i) => (sum + bias[i % 6]!) / scale),
      steps: { x: 1e-5 * scale, bias: 1e-5 * scale },
    });
  });

  it('gives an empty batch gradients of 0', async () => {
    await checkOperation({
      variant,
      inputs: { x: normal('x', [0, 4]), kernel: normal('kernel', [4, 3]), bias: normal('bias', [3]) },
      run: ({ x, kernel, bias }) => ops.linear(x, kernel, bias),
      reference: () => [],
    });
  });

  it('works without a bias', async () => {
    await checkOperation({
      variant,
      inputs: { x: normal('x', [4, 3, 2]), kernel: normal('kernel', [2, 3]) },
      run: ({ x, kernel }) => ops.linear(x, kernel),
      reference: ({ x, kernel }) => multiply(x, kernel, 12, 2, 3),
    });
  });

  it('accepts an embedding table as a decoder', async () => {
    await checkOperation({
      variant,
      inputs: { x: normal('x', [9, 33]), kernel: normal('kernel', [21, 33]), bias: normal('bias', [21]) },
      run: ({ x, kernel, bias }) => ops.linear(x, kernel, bias, undefined, true),
      reference: ({ x, kernel, bias }) =>
        multiply(x, transpose(kernel, 21, 33), 9, 33, 21).map((sum, i) => sum + bias[i % 21]!),
    });
  });
});
