// The operations in double precision, as plainly as they can be written.

/** a [m, k] . b [k, n] */
export function multiply(a: ArrayLike<number>, b: ArrayLike<number>, m: number, k: number, n: number): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const factor = a[i * k + l]!;
      for (let j = 0; j < n; j++) c[i * n + j]! += factor * b[l * n + j]!;
    }
  }
  return c;
}

export function transpose(a: ArrayLike<number>, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, i) => a[(i % rows) * columns + Math.floor(i / rows)]!);
}

export function gelu(x: number): number {
  return (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

export function exactGelu(x: number): number {
  return (x / 2) * (1 + errorFunction(x / Math.SQRT2));
}

/** By its series, to about 1e-12; 1 from 5 on. */
function errorFunction(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

export function softmax(row: readonly number[]): number[] {
  const largest = Math.max(...row);
  const exponentials = row.map((value) => Math.exp(value - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

export function rowsOf(values: ArrayLike<number>, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, row) =>
    Array.from({ length: width }, (_, i) => values[row * width + i]!),
  );
}
