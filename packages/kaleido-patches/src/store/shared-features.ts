import type { FeatureTable } from '@kaleido/layout';
import { featureSlotCount, patchCount, positionWidth } from '@kaleido/layout';
import type { FeatureStatistics } from './feature-store-header.ts';
import { precisions, type StoredPrecision } from './stored-precision.ts';

/** A whole feature store in memory that threads share: pass it to a worker as it is, nothing is copied. */
export interface SharedFeatureMemory {
  readonly rows: number;
  readonly featureWidth: number;
  readonly precision: StoredPrecision;
  /** Which of a row's 74 vectors are here; all of them where left out. */
  readonly slots?: readonly number[];
  /** In that precision, [rows, 74, F], or as many a row as there are `slots`. */
  readonly values: SharedArrayBuffer;
  /** Float32, [rows, 55, 5]. */
  readonly positions: SharedArrayBuffer;
  readonly statistics: FeatureStatistics;
}

export interface SharedFeatureOptions {
  /**
   * Hand out (feature - mean) / deviation, with the store's statistics, instead of the features as they are.
   * Features that never vary come out as 0. Default: false.
   */
  readonly standardise?: boolean;
}

/** Below this a feature is constant up to rounding, and dividing by its deviation would only blow the rounding up. */
const leastDeviation = 1e-6;

/** Opens shared feature memory on this thread. */
export function sharedFeatures(memory: SharedFeatureMemory, options: SharedFeatureOptions = {}): FeatureTable {
  const { rows, featureWidth, statistics } = memory;
  const values = precisions[memory.precision].view(memory.values);
  const positions = new Float32Array(memory.positions);
  const table = precisions[memory.precision].table();
  const plain = (from: number, target: Float32Array, to: number): void => {
    for (let i = 0; i < featureWidth; i++) target[to + i] = table[values[from + i]!]!;
  };
  const { mean, deviation } = statistics;
  const scale = deviation.map((value) => (value < leastDeviation ? 0 : 1 / value));
  const standardised = (from: number, target: Float32Array, to: number): void => {
    for (let i = 0; i < featureWidth; i++) target[to + i] = (table[values[from + i]!]! - mean[i]!) * scale[i]!;
  };
  const perRow = memory.slots?.length ?? featureSlotCount;
  const placeOf = memory.slots && Array.from({ length: featureSlotCount }, (_, slot) => memory.slots?.indexOf(slot));
  const copyVector = options.standardise ? standardised : plain;
  return {
    rows,
    featureWidth,
    copy(row, slots, target, offset = 0) {
      let to = offset;
      for (const slot of slots) {
        const place = placeOf === undefined ? slot : (placeOf[slot] ?? -1);
        if (place < 0) throw new RangeError(`slot ${slot} is not among those in memory: ${memory.slots?.join(', ')}`);
        copyVector((row * perRow + place) * featureWidth, target, to);
        to += featureWidth;
      }
    },
    positions: (row) => positions.subarray(row * patchCount * positionWidth, (row + 1) * patchCount * positionWidth),
  };
}
