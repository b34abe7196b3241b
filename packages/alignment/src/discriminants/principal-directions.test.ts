import { expect, it } from '@jest/globals';
import { randomStream } from '@kaleido/foundation';
import fc from 'fast-check';
import { principalDirections } from './principal-directions.ts';
import { choleskyFactor, solveInPlace } from './solve-positive.ts';

it('finds the directions of the largest variance, orthonormal', () => {
  const random = randomStream(3, 'test');
  const [n, F] = [500, 5];
  const scales = [0.1, 3, 0.2, 9, 0.3];
  const vectors = Float32Array.from({ length: n * F }, (_, i) => (random.uniform() - 0.5) * scales[i % F]!);
  const directions = principalDirections(vectors, F, 2);
  const column = (k: number): number[] => Array.from({ length: F }, (_, f) => directions[f * 2 + k]!);
  expect(Math.abs(column(0)[3]!)).toBeGreaterThan(0.99);
  expect(Math.abs(column(1)[1]!)).toBeGreaterThan(0.99);
  const product = (a: number[], b: number[]): number => a.reduce((sum, value, f) => sum + value * b[f]!, 0);
  expect(product(column(0), column(0))).toBeCloseTo(1, 5);
  expect(product(column(0), column(1))).toBeCloseTo(0, 5);
});

it('gives zeros for directions that do not exist', () => {
  const directions = principalDirections(Float32Array.from([1, 0, -1, 0]), 2, 2);
  expect(Math.abs(directions[0]!)).toBeCloseTo(1);
  expect(directions.every(Number.isFinite)).toBe(true);
});

it('solves positive definite systems', () => {
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(number, { minLength: 16, maxLength: 16 }),
      fc.array(number, { minLength: 4, maxLength: 4 }),
      (entries, x) => {
        const K = 4;
        // M M' + I is positive definite.
        const matrix = new Float64Array(K * K);
        for (let a = 0; a < K; a++)
          for (let b = 0; b < K; b++)
            matrix[a * K + b] = entries
              .slice(a * K, a * K + K)
              .reduce((sum, value, k) => sum + value * entries[b * K + k]!, a === b ? 1 : 0);
        const vector = Float64Array.from({ length: K }, (_, a) =>
          x.reduce((sum, value, b) => sum + matrix[a * K + b]! * value, 0),
        );
        solveInPlace(choleskyFactor(matrix, K), vector);
        for (const [k, value] of x.entries()) expect(vector[k]).toBeCloseTo(value, 6);
      },
    ),
  );
});
