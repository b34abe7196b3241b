import type { FeatureTable } from '@kaleido/layout';
import type { FeatureAccess } from './feature-access.ts';
import { assertMemory } from './feature-memory.ts';
import { sharedFeatures } from './shared-features.ts';
import { FeatureStream, type StoreFeatureReader } from './stream-features.ts';

export interface OpenFeaturesOptions {
  /**
   * Bytes of rows that this reader caches. If several threads open the same access, give each its share. Default: the
   * `memory` that the access was made with. No effect on resident features, which all threads share.
   */
  readonly memory?: number;
}

/**
 * Opens features on this thread: resident ones directly, streamed ones with a cache of the most recently used rows.
 *
 * `load` reads rows that are not in memory; call it for the next batch while the current one is processed. Its table
 * holds the requested rows as long as it is referenced, and throws a RangeError for any other row. Features are checked
 * to be finite when they are read. Their files must have the size and header in the store's description; they are not
 * checked against their hashes, since that would read all of them.
 * @throws KaleidoError for a `memory` that is not a number of bytes. `load` throws it for files that are missing,
 *   truncated or of another store, and for features that are NaN or infinite, and a RangeError for a row that does not
 *   exist
 */
export async function openFeatures(
  access: FeatureAccess,
  { memory }: OpenFeaturesOptions = {},
): Promise<StoreFeatureReader> {
  if (memory !== undefined) assertMemory(memory);
  if (access.columns !== undefined) return openColumns(access, access.columns, memory);
  if (access.kind === 'streamed') return new FeatureStream(access, memory ?? access.memoryBytes);
  const table = selected(sharedFeatures(access.memory), access.order);
  const { rows, featureWidth } = table;
  const nothing = { rowsAsked: 0, rowsRead: 0, reads: 0, bytesRead: 0, rowsKept: 0, bytesKept: 0, openFiles: 0 };
  return { rows, featureWidth, reading: nothing, load: async () => table, close: async () => undefined };
}

/** Reads whole vectors, and hands out a part of each. */
async function openColumns(
  { columns: _, featureWidth, ...access }: FeatureAccess,
  { start, storedWidth }: NonNullable<FeatureAccess['columns']>,
  memory: number | undefined,
): Promise<StoreFeatureReader> {
  const reader = await openFeatures(
    { ...access, featureWidth: storedWidth } as FeatureAccess,
    memory === undefined ? {} : { memory },
  );
  return {
    rows: reader.rows,
    featureWidth,
    get reading() {
      return reader.reading;
    },
    load: async (rows) => {
      const table = await reader.load(rows);
      return {
        rows: table.rows,
        featureWidth,
        copy(row, slots, target, offset = 0) {
          const whole = new Float32Array(slots.length * storedWidth); // [slots, stored F]
          table.copy(row, slots, whole);
          for (let s = 0; s < slots.length; s++) {
            const from = s * storedWidth + start;
            target.set(whole.subarray(from, from + featureWidth), offset + s * featureWidth);
          }
        },
        positions: (row) => table.positions(row),
      };
    },
    close: () => reader.close(),
  };
}

function selected(table: FeatureTable, order: Int32Array | undefined): FeatureTable {
  if (order === undefined) return table;
  const rowOf = (row: number): number => {
    const found = order[row];
    if (found === undefined) throw new RangeError(`row ${row} of features with ${order.length} rows`);
    return found;
  };
  return {
    rows: order.length,
    featureWidth: table.featureWidth,
    copy: (row, slots, target, offset) => table.copy(rowOf(row), slots, target, offset),
    positions: (row) => table.positions(rowOf(row)),
  };
}
