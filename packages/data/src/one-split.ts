import type { RowSource } from './row-source.ts';

/** The name of the split of data that is not split. */
const wholeSplit = 'all';

/** A source with all of its rows in one split. */
export function asOneSplit(source: RowSource): RowSource {
  const rows = source.splits.map((split) => source.rows?.(split));
  const known = rows.length > 0 && rows.every((count) => count !== undefined);
  const sum = known ? rows.reduce((total: number, count) => total + (count as number), 0) : undefined;
  return {
    ...source,
    // Features are kept for a fingerprint and a split, and data may have a smaller split of this name.
    fingerprint: `${source.fingerprint}\0${wholeSplit}`,
    splits: [wholeSplit],
    rows: () => sum,
    read: (_, options) => source.read(undefined, options),
  };
}
