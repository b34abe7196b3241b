import { float16Table } from '@kaleido/foundation';
import { featureSlotCount } from './feature-slots.ts';
import type { FeatureStatistics } from './feature-store-header.ts';
import { patchCount } from './kaleido-patches.ts';
import { positionWidth } from './patch-positions.ts';

/** A whole feature store in memory that threads share: pass it to a worker as it is, nothing is copied. */
export interface SharedFeatureMemory {
  readonly rows: number;
  readonly featureWidth: number;
  /** Half-precision bits, [rows, 74, F]. */
  readonly bits: SharedArrayBuffer;
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
  /** Writes the vectors of these slots of a row to `target` from `offset` on, [slots, F]. */
  copy(row: number, slots: readonly number[], target: Float32Array, offset?: number): void;
  /** The positions of a row's 55 patches, [55, 5]: a view, not to be written to. */
  positions(row: number): Float32Array;
}

/** Below this a feature is constant up to rounding, and dividing by its deviation would only blow the rounding up. */
const leastDeviation = 1e-6;

/** Opens shared feature memory on this thread. */
export function sharedFeatures(memory: SharedFeatureMemory, options: SharedFeatureOptions = {}): SharedFeatures {
  const { rows, featureWidth, statistics } = memory;
  const bits = new Uint16Array(memory.bits);
  const positions = new Float32Array(memory.positions);
  const table = float16Table();
  const shift = options.standardise ? statistics.mean : new Float32Array(featureWidth);
  const scale = options.standardise
    ? statistics.deviation.map((deviation) => (deviation < leastDeviation ? 0 : 1 / deviation))
    : new Float32Array(featureWidth).fill(1);
  return {
    rows,
    featureWidth,
    copy(row, slots, target, offset = 0) {
      let to = offset;
      for (const slot of slots) {
        const from = (row * featureSlotCount + slot) * featureWidth;
        for (let i = 0; i < featureWidth; i++) target[to++] = (table[bits[from + i]!]! - shift[i]!) * scale[i]!;
      }
    },
    positions: (row) => positions.subarray(row * patchCount * positionWidth, (row + 1) * patchCount * positionWidth),
  };
}
