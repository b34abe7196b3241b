import { randomStream } from '@kaleido/foundation';

/** A prime, so that adjacent rows of a matrix differ. */
const poolSize = 4093;

let pool: Float32Array | undefined;

/**
 * Normally distributed values that repeat after a few thousand: drawing all values of a large matrix would take longer
 * than the measurement.
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
