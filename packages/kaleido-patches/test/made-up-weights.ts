/** Pseudo-random numbers in 0..1 seeded by a name, equal to those of test/resnet50-golden.py. */
export function uniform(name: string, size: number): Float64Array {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  const numbers = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let x = (Math.imul(i, 0x9e3779b1) + seed) >>> 0;
    x = Math.imul(x ^ (x >>> 15), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    numbers[i] = ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  }
  return numbers;
}

/** A made-up weight with that name and shape. */
export function madeUp(name: string, shape: readonly number[]): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = uniform(name, size);
  const [from, to] =
    shape.length === 4
      ? [-Math.sqrt(6 / (size / shape[0]!)), Math.sqrt(6 / (size / shape[0]!))]
      : /running_var$|weight$/.test(name)
        ? [0.5, 1]
        : [-0.1, 0.1];
  const weights = new Float32Array(size);
  for (let i = 0; i < size; i++) weights[i] = from + (to - from) * values[i]!;
  return weights;
}
