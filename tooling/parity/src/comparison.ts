/** How one value compares with its reference. */
export interface Comparison {
  /** Where it was computed, where that matters. */
  readonly backend?: string;
  readonly name: string;
  /** How many numbers or items. */
  readonly count: number;
  /** The largest difference; of items that are equal or not, how many are not. */
  readonly absolute: number;
  /** Of the largest value of the reference. */
  readonly relative: number;
  /** Where the largest difference is, and what is there. */
  readonly where: string;
  /** What `absolute` may be. */
  readonly tolerance: number;
  /** A value that is not compared, and why. */
  readonly skipped?: string;
}

export const isWithin = ({ absolute, tolerance }: Comparison): boolean => absolute <= tolerance;

/**
 * Compares numbers with their reference.
 * @param tolerance by the reference's largest value
 */
export function compareNumbers(
  name: string,
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: (largest: number) => number,
): Comparison {
  const count = expected.length;
  let absolute = 0;
  let at = 0;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    largest = Math.max(largest, Math.abs(expected[i] as number));
    const difference = Math.abs((found[i] as number) - (expected[i] as number));
    if (difference > absolute || Number.isNaN(difference)) [absolute, at] = [difference, i];
    if (Number.isNaN(difference)) break;
  }
  // NaN or a missing value counts as the largest error.
  if (Number.isNaN(absolute) || found.length !== count) absolute = Number.POSITIVE_INFINITY;
  return {
    name,
    count,
    absolute,
    relative: absolute === 0 ? 0 : absolute / Math.max(largest, Number.MIN_VALUE),
    where: found.length === count ? `${at}: ${found[at]} for ${expected[at]}` : `${found.length} values for ${count}`,
    tolerance: tolerance(largest),
  };
}

/** Compares items that must be equal; `where` shows the first that is not. */
export function compareItems(name: string, found: readonly unknown[], expected: readonly unknown[]): Comparison {
  const text = (item: unknown): string => JSON.stringify(item) ?? 'nothing';
  const count = Math.max(found.length, expected.length);
  const different = Array.from({ length: count }, (_, i) => i).filter((i) => text(found[i]) !== text(expected[i]));
  const [first] = different;
  return {
    name,
    count,
    absolute: different.length,
    relative: count === 0 ? 0 : different.length / count,
    where: first === undefined ? '' : `${first}: ${text(found[first])} for ${text(expected[first])}`.slice(0, 160),
    tolerance: 0,
  };
}

export function skipped(name: string, reason: string): Comparison {
  return { name, count: 0, absolute: 0, relative: 0, where: '', tolerance: 0, skipped: reason };
}
