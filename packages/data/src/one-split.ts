import type { RowSource } from './row-source.ts';

/** The name of the split of data that is not split. */
const wholeSplit = 'all';

/** All rows of a source in one split. */
export function asOneSplit(source: RowSource): RowSource {
  const rows = source.splits.map((split) => source.rows?.(split));
  const known = rows.length > 0 && rows.every((count) => count !== undefined);
  const sum = known ? rows.reduce((total: number, count) => total + (count as number), 0) : undefined;
  return {
    ...source,
    splits: [wholeSplit],
    rows: () => sum,
    read: (_, options) => source.read(undefined, options),
  };
}
