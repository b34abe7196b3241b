import { describe, it } from '@jest/globals';
import { checkOperation, normal, variants } from '../../test/check-operation.ts';
import { rowsOf } from '../../test/reference.ts';
import { ops } from '../index.ts';

const epsilon = 1e-12;

function layerNorm(x: ArrayLike<number>, gamma: ArrayLike<number>, beta: ArrayLike<number>, width: number): number[] {
  return rowsOf(x, width).flatMap((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / width;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    return row.map((value, i) => ((value - mean) / Math.sqrt(variance + epsilon)) * gamma[i]! + beta[i]!);
  });
}

describe.each(variants)('layerNorm on %s', (variant) => {
  it.each([
    [[1], 3],
    [[2, 5], 16],
    [[119], 7],
    [[3, 3, 3], 130],
  ])('normalises %j rows of width %i', async (leading, width) => {
    await checkOperation({
      variant,
      inputs: {
        x: normal('x', [...leading, width], 3),
        gamma: normal('gamma', [width]),
        beta: normal('beta', [width]),
      },
      run: ({ x, gamma, beta }) => ops.layerNorm(x, gamma, beta),
      reference: ({ x, gamma, beta }) => layerNorm(x, gamma, beta, width),
    });
  });

  it('adds a residual first', async () => {
    await checkOperation({
      variant,
      inputs: {
        x: normal('x', [2, 3, 9]),
        residual: normal('residual', [2, 3, 9]),
        gamma: normal('gamma', [9]),
        beta: normal('beta', [9]),
      },
      run: ({ x, residual, gamma, beta }) => ops.residualLayerNorm(x, residual, gamma, beta),
      reference: ({ x, residual, gamma, beta }) =>
        layerNorm(
          x.map((value, i) => value + residual[i]!),
          gamma,
          beta,
          9,
        ),
    });
  });

  it('takes a residual that is the input itself', async () => {
    await checkOperation({
      variant,
      inputs: { x: normal('x', [4, 5]), gamma: normal('gamma', [5]), beta: normal('beta', [5]) },
      run: ({ x, gamma, beta }) => ops.residualLayerNorm(x, x, gamma, beta),
      reference: ({ x, gamma, beta }) =>
        layerNorm(
          x.map((value) => 2 * value),
          gamma,
          beta,
          5,
        ),
    });
  });
});
