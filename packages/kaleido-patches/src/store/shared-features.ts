import { featureSlotCount } from '../feature-slots.ts';
import { patchCount } from '../kaleido-patches.ts';
import { positionWidth } from '../patch-positions.ts';
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

/** The vectors of a feature store as numbers, on whichever thread asks. */
export interface SharedFeatures {
  readonly rows: number;
  readonly featureWidth: number;
  /**
   * Writes the vectors of these slots of a row to `target` from `offset` on, [slots, F].
   * @throws RangeError for a slot that the memory was not given
   */
  copy(row: number, slots: readonly number[], target: Float32Array, offset?: number): void;
  /** The positions of a row's 55 patches, [55, 5]: a view, not to be written to. */
  positions(row: number): Float32Array;
}

/** Below this a feature is constant up to rounding, and dividing by its deviation would only blow the rounding up. */
const leastDeviation = 1e-6;

/** Opens shared feature memory on this thread. */
export function sharedFeatures(memory: SharedFeatureMemory, options: SharedFeatureOptions = {}): SharedFeatures {
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
