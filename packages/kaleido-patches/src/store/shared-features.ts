import type { FeatureTable } from '@kaleido/layout';
import { featureSlotCount, patchCount, positionWidth } from '@kaleido/layout';
import { precisions, type StoredPrecision } from './stored-precision.ts';

/** A whole feature store in shared memory: it can be sent to a worker without copying. */
export interface SharedFeatureMemory {
  readonly rows: number;
  readonly featureWidth: number;
  readonly precision: StoredPrecision;
  /** Which of a row's 74 vectors are loaded; default all. */
  readonly slots?: readonly number[];
  /** In that precision, [rows, 74, F], or with `slots.length` vectors per row. */
  readonly values: SharedArrayBuffer;
  /** Float32, [rows, 55, 5]. */
  readonly positions: SharedArrayBuffer;
}

/** Opens shared feature memory on this thread. */
export function sharedFeatures(memory: SharedFeatureMemory): FeatureTable {
  const { rows, featureWidth } = memory;
  const values = precisions[memory.precision].view(memory.values);
  const positions = new Float32Array(memory.positions);
  const numbers = precisions[memory.precision].table();
  const perRow = memory.slots?.length ?? featureSlotCount;
  const placeOf = slotPlaces(memory.slots);
  const copyVector = (from: number, target: Float32Array, to: number): void => {
    for (let i = 0; i < featureWidth; i++) target[to + i] = numbers[values[from + i]!]!;
  };
  const assertRow = (row: number): void => {
    if (!(row >= 0 && row < rows)) throw new RangeError(`row ${row} of features with ${rows} rows`);
  };
  return {
    rows,
    featureWidth,
    copy(row, slots, target, offset = 0) {
      assertRow(row);
      let to = offset;
      for (const slot of slots) {
        copyVector((row * perRow + placeOf(slot)) * featureWidth, target, to);
        to += featureWidth;
      }
    },
    positions(row) {
      assertRow(row);
      return positions.subarray(row * patchCount * positionWidth, (row + 1) * patchCount * positionWidth);
    },
  };
}

/** Index of a slot's vector among the loaded ones. The function throws a RangeError for a slot that is not loaded. */
export function slotPlaces(slots?: readonly number[]): (slot: number) => number {
  const places = Array.from({ length: featureSlotCount }, (_, slot) => slots?.indexOf(slot) ?? slot);
  return (slot) => {
    const place = places[slot] ?? -1;
    if (place < 0)
      throw new RangeError(
        slots === undefined
          ? `slot ${slot} of ${featureSlotCount}`
          : `slot ${slot} is not among those in memory: ${slots.join(', ')}`,
      );
    return place;
  };
}
