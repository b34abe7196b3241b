/**
 * Cholesky factor of a symmetric positive definite matrix, lower triangle, [K, K]. A pivot that rounding has made
 * negative is taken as a very small one.
 */
export function choleskyFactor(matrix: Float64Array, K: number): Float64Array {
  const factor = new Float64Array(K * K);
  for (let row = 0; row < K; row++)
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row * K + column]!;
      for (let k = 0; k < column; k++) rest -= factor[row * K + k]! * factor[column * K + k]!;
      factor[row * K + column] =
        row === column ? Math.sqrt(Math.max(rest, 1e-12)) : rest / factor[column * K + column]!;
    }
  return factor;
}

/** Solves matrix x = vector, given the matrix's Cholesky factor; overwrites `vector` with x. */
export function solveInPlace(factor: Float64Array, vector: Float64Array): void {
  const K = vector.length;
  for (let row = 0; row < K; row++) {
    let rest = vector[row]!;
    for (let k = 0; k < row; k++) rest -= factor[row * K + k]! * vector[k]!;
    vector[row] = rest / factor[row * K + row]!;
  }
  for (let row = K - 1; row >= 0; row--) {
    let rest = vector[row]!;
    for (let k = row + 1; k < K; k++) rest -= factor[k * K + row]! * vector[k]!;
    vector[row] = rest / factor[row * K + row]!;
  }
}
