import type { PositionScale } from '@kaleido/layout';
import type { FeatureStoreHeader } from './feature-store-header.ts';
import type { SharedFeatureMemory } from './shared-features.ts';

interface Selected {
  readonly rows: number;
  /** F */
  readonly featureWidth: number;
  /** Where the F numbers begin in a vector of the store, and that vector's width; absent if they are all of it. */
  readonly columns?: { readonly start: number; readonly storedWidth: number };
  /** The store's row for each row, in shared memory; absent if they are the same. */
  readonly order?: Int32Array;
}

/** Features in memory shared by all threads. */
export interface ResidentFeatureAccess extends Selected {
  readonly kind: 'resident';
  readonly memory: SharedFeatureMemory;
}

/** Features that each thread reads from the store's files. */
export interface StreamedFeatureAccess extends Selected {
  readonly kind: 'streamed';
  /** Absolute path. */
  readonly folder: string;
  /** Header of the store. Files of another store are refused. */
  readonly header: FeatureStoreHeader;
  readonly shards: readonly { readonly file: string; readonly rows: number }[];
  /** Which of a row's 74 vectors are read, ascending; default all. */
  readonly slots?: readonly number[];
  readonly positionScale: PositionScale;
  /** Int32, [rows of the store, 6]: box and size of each image, from which positions follow. */
  readonly boxes: SharedArrayBuffer;
  /** Bytes of rows that a reader caches. */
  readonly memoryBytes: number;
}

/**
 * Access to the features of a store: a plain value that can be sent to worker threads and opened there by
 * `openFeatures`.
 */
export type FeatureAccess = ResidentFeatureAccess | StreamedFeatureAccess;

/**
 * Selects rows of the same features, in any order: row r is row `rows[r]` of `access`. No feature is copied.
 * @throws RangeError for a row that does not exist
 */
export function selectRows<Access extends FeatureAccess>(access: Access, rows: ArrayLike<number>): Access {
  const order = new Int32Array(new SharedArrayBuffer(rows.length * Int32Array.BYTES_PER_ELEMENT));
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r] as number;
    if (!(Number.isInteger(row) && row >= 0 && row < access.rows))
      throw new RangeError(`row ${row} of features with ${access.rows} rows`);
    order[r] = access.order?.[row] ?? row;
  }
  return { ...access, rows: rows.length, order };
}

/**
 * Selects a part of each vector, e.g. that of one of several joined extractors: numbers `start` to `start + width`. No
 * feature is copied.
 * @throws RangeError for a part that does not exist
 */
export function selectColumns<Access extends FeatureAccess>(access: Access, start: number, width: number): Access {
  const { featureWidth, columns = { start: 0, storedWidth: featureWidth } } = access;
  if (!(Number.isInteger(start) && Number.isInteger(width) && start >= 0 && width > 0 && start + width <= featureWidth))
    throw new RangeError(`numbers ${start} to ${start + width} of feature vectors with ${featureWidth} numbers`);
  return { ...access, featureWidth: width, columns: { ...columns, start: columns.start + start } };
}
