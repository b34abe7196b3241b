/** How one value compares with its reference. */
export interface Comparison {
  /** The backend, if the value depends on it. */
  readonly backend?: string;
  readonly name: string;
  /** Number of values or items. */
  readonly count: number;
  /** The largest difference; for items, the number of unequal ones. */
  readonly absolute: number;
  /** `absolute` divided by the largest value of the reference; for items, by their count. */
  readonly relative: number;
  /** Index and values of the largest difference. */
  readonly where: string;
  /** Largest accepted `absolute`. */
  readonly tolerance: number;
  /** Why the value is not compared. */
  readonly skipped?: string;
}

export const isWithin = ({ absolute, tolerance }: Comparison): boolean => absolute <= tolerance;

/**
 * Compares numbers with their reference.
 * @param tolerance function of the reference's largest value
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

/** Compares items that must be equal; `where` shows the first difference. */
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
