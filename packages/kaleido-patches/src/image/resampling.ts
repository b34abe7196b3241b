/** `bilinear`: a triangle two pixels wide; `bicubic`: four pixels wide with a = -0.5. Both widen with a reduction. */
export type FilterName = 'bilinear' | 'bicubic';

/** For each output position: the start and the number of its inputs, and their weights, which sum to one. */
export interface Resampling {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `most` per position. */
  readonly weights: Float64Array;
  /** The same as integer multiples of 2^-22. */
  readonly integers: Int32Array;
  readonly most: number;
}

const filters: Readonly<Record<FilterName, { readonly reach: number; readonly weight: (distance: number) => number }>> =
  {
    bilinear: { reach: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) },
    bicubic: {
      reach: 2,
      weight: (distance) => {
        const a = -0.5;
        const x = Math.abs(distance);
        if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
      },
    },
  };

const known = new Map<number, Resampling>();

/**
 * The weights that resize a line of `inputs` values to `outputs`.
 * @param antialias whether the filter widens with a reduction, so that every value counts. Default true.
 */
export function resampling(filter: FilterName, inputs: number, outputs: number, antialias = true): Resampling {
  // Sides are below 2^24, so each combination has a unique number.
  const key = (inputs * 2 ** 24 + outputs) * 4 + (filter === 'bicubic' ? 2 : 0) + (antialias ? 1 : 0);
  const found = known.get(key);
  if (found !== undefined) return found;
  const { reach, weight } = filters[filter];
  const scale = inputs / outputs;
  const wide = antialias ? Math.max(scale, 1) : 1;
  const support = reach * wide;
  const most = 2 * Math.ceil(support) + 1;
  const starts = new Int32Array(outputs);
  const counts = new Int32Array(outputs);
  const weights = new Float64Array(outputs * most);
  const integers = new Int32Array(outputs * most);
  for (let i = 0; i < outputs; i++) {
    const centre = scale * (i + 0.5);
    const start = Math.max(Math.trunc(centre - support + 0.5), 0);
    const end = Math.min(Math.trunc(centre + support + 0.5), inputs);
    let sum = 0;
    for (let j = start; j < end; j++) {
      const share = weight((j + 0.5 - centre) / wide);
      weights[i * most + j - start] = share;
      sum += share;
    }
    for (let at = i * most; at < i * most + end - start; at++) {
      weights[at]! /= sum;
      integers[at] = Math.trunc(weights[at]! * (1 << 22) + (weights[at]! < 0 ? -0.5 : 0.5));
    }
    starts[i] = start;
    counts[i] = end - start;
  }
  const made = { starts, counts, weights, integers, most };
  // Patch sizes repeat from image to image; the bound only limits memory for catalogues with many sizes.
  if (known.size >= 4096) known.clear();
  known.set(key, made);
  return made;
}
