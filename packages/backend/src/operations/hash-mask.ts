/**
 * The parameters of a dropout mask: equal values give equal bits, on every backend and machine. A type, because an
 * interface has no index signature and so could not be an attribute of a kernel.
 */
export type HashMask = {
  /** An element is kept if its hash is at least this: an unsigned 32-bit integer. */
  readonly threshold: number;
  readonly firstKey: number;
  readonly secondKey: number;
  /** The factor of kept elements, so that the expectation does not change. */
  readonly scale: number;
};

/**
 * @param rate share of elements dropped, in [0, 1)
 * @param seed any integer
 */
export function hashMask(rate: number, seed: number): HashMask {
  // Two keys from one seed, so that masks of two seeds are not shifts of one another.
  return {
    threshold: Math.floor(rate * 2 ** 32) >>> 0,
    firstKey: mix(seed | 0),
    secondKey: mix((seed + 0x9e3779b9) | 0),
    scale: Math.fround(1 / (1 - rate)),
  };
}

/** The mask's values: 0 for a dropped element, `scale` for a kept one. */
export function maskValues({ threshold, firstKey, secondKey, scale }: HashMask, size: number): Float32Array {
  const values = new Float32Array(size);
  for (let index = 0; index < size; index++) {
    if (hash(index, firstKey, secondKey) >= threshold) values[index] = scale;
  }
  return values;
}

/** The steps of a 32-bit avalanche hash by Chris Wellons ("lowbias32"), with the second key in its middle. */
function hash(index: number, firstKey: number, secondKey: number): number {
  let h = (index + firstKey) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul((h ^ (h >>> 15)) + secondKey, 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

function mix(value: number): number {
  return hash(value, 0, 0) | 0;
}
