import { randomStream } from '@kaleido/foundation';

/** A prime, so that neighbouring rows of a matrix do not hold the same. */
const poolSize = 4093;

let pool: Float32Array | undefined;

/**
 * Normal values, over and over the same few thousand: to draw as many as a large matrix has would take longer than to
 * measure it.
 */
export function pooledValues(size: number, deviation = 1): Float32Array {
  if (pool === undefined) {
    const random = randomStream(1, 'pool');
    pool = Float32Array.from({ length: poolSize }, () => random.normal());
  }
  const scaled = pool.map((value) => deviation * value);
  const values = new Float32Array(size);
  for (let start = 0; start < size; start += poolSize) values.set(scaled.subarray(0, size - start), start);
  return values;
}
