import { randomStream } from '@kaleido/foundation';

/** Passes over the vectors: the directions of the largest variances settle within a few. */
const iterations = 10;

/**
 * The directions of the largest variance of some vectors, by orthogonal iteration; orthonormal, [F, K].
 * @param vectors [n, F] with a mean of 0
 * @param K how many, at most F
 */
export function principalDirections(vectors: Float32Array, F: number, K: number): Float32Array {
  const n = vectors.length / F;
  const random = randomStream(1, 'principal directions');
  let directions: Float32Array = Float32Array.from({ length: F * K }, () => random.uniform() - 0.5); // [F, K]
  orthonormalise(directions, F, K);
  const projected = new Float64Array(K);
  for (let pass = 0; pass < iterations; pass++) {
    const next = new Float32Array(F * K); // [F, K] the covariance times the directions
    for (let row = 0; row < n; row++) {
      const vector = vectors.subarray(row * F, (row + 1) * F);
      project(vector, directions, projected);
      for (let f = 0; f < F; f++) {
        const value = vector[f]!;
        if (value === 0) continue;
        for (let k = 0; k < K; k++) next[f * K + k]! += value * projected[k]!;
      }
    }
    orthonormalise(next, F, K);
    directions = next;
  }
  return directions;
}

/** target[k] = the sum over f of vector[f] directions[f, k] */
export function project(vector: Float32Array, directions: Float32Array, target: Float64Array): void {
  const K = target.length;
  target.fill(0);
  for (let f = 0; f < vector.length; f++) {
    const value = vector[f]!;
    if (value === 0) continue;
    for (let k = 0; k < K; k++) target[k]! += value * directions[f * K + k]!;
  }
}

/** Gram-Schmidt over the columns of [F, K]; a column that depends on those before it becomes 0. */
function orthonormalise(columns: Float32Array, F: number, K: number): void {
  for (let k = 0; k < K; k++) {
    for (let earlier = 0; earlier < k; earlier++) {
      let product = 0;
      for (let f = 0; f < F; f++) product += columns[f * K + k]! * columns[f * K + earlier]!;
      for (let f = 0; f < F; f++) columns[f * K + k]! -= product * columns[f * K + earlier]!;
    }
    let squares = 0;
    for (let f = 0; f < F; f++) squares += columns[f * K + k]! ** 2;
    const scale = squares > 1e-12 ? 1 / Math.sqrt(squares) : 0;
    for (let f = 0; f < F; f++) columns[f * K + k]! *= scale;
  }
}
