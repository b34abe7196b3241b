import { describe, it } from '@jest/globals';
import { checkOperation, normal, variants } from '../../test/check-operation.ts';
import { rowsOf } from '../../test/reference.ts';
import { ops } from '../index.ts';

const epsilon = 1e-12;

/** Shifts each row to start at 0: the rounding of a large mean would dominate the finite differences. */
function layerNorm(x: ArrayLike<number>, gamma: ArrayLike<number>, beta: ArrayLike<number>, width: number): number[] {
  return rowsOf(x, width).flatMap((values) => {
    const row = values.map((value) => value - values[0]!);
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
    [[5], 1],
    [[1], 36],
    [[2], 768],
    [[0], 4],
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

  // An error of half a unit in the last place of the mean would be a tenth of such a deviation, or all of it.
  it.each([
    ['a constant row', 0.1, 0, 1e-9],
    ['a constant row far from 0', -1234.567, 0, 1e-9],
    ['a large mean and a small deviation', 1000, 0.01, 1e-5],
    ['a deviation near the root of epsilon', 0.1, 1e-6, 1e-9],
    ['large values', 0, 1e6, 1],
    ['tiny values', 0, 1e-9, 1e-9],
  ])('normalises %s', async (_, mean, deviation, step) => {
    const [rows, width] = [3, 119];
    const x = normal('x', [rows, width]);
    const values = x.values.map((value) => mean + deviation * value);
    for (const residual of [false, true]) {
      const gamma = normal('gamma', [width]);
      const beta = normal('beta', [width]);
      await checkOperation<'x' | 'gamma' | 'beta'>({
        variant,
        inputs: { x: { ...x, values: residual ? values.map((value) => value / 2) : values }, gamma, beta },
        run: (tensors) =>
          residual
            ? ops.residualLayerNorm(tensors.x, tensors.x, tensors.gamma, tensors.beta)
            : ops.layerNorm(tensors.x, tensors.gamma, tensors.beta),
        reference: (all) => layerNorm(residual ? all.x.map((value) => 2 * value) : all.x, all.gamma, all.beta, width),
        steps: { x: step },
      });
    }
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
