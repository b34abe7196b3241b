import {
  type FeatureTable,
  featureSlotCount,
  type PositionScale,
  patchCount,
  patchSlots,
  positionWidth,
} from '@kaleido/layout';
import { kaleidoPatches } from './kaleido-patches.ts';
import { patchPositions } from './patch-positions.ts';
import type { PreparedBatch } from './prepare-batch.ts';
import { precisions, type StoredPrecision, type StoredValues } from './store/stored-precision.ts';

export interface PreparedFeaturesOptions {
  readonly featureWidth: number;
  /** Precision of the batches. Default half precision. */
  readonly precision?: StoredPrecision | undefined;
  readonly positionScale: PositionScale;
}

/**
 * Features of a few images in memory, without a store: the 55 upright vectors of each, in the precision of a store, so
 * that a model gets the numbers that it was trained on.
 */
export class PreparedFeatures implements FeatureTable {
  readonly featureWidth: number;
  readonly #options: PreparedFeaturesOptions;
  readonly #values: StoredValues[] = [];
  readonly #positions: Float32Array[] = [];
  readonly #placeOf = new Map(patchSlots.map((slot, place) => [slot, place]));

  constructor(options: PreparedFeaturesOptions) {
    this.featureWidth = options.featureWidth;
    this.#options = options;
  }

  get rows(): number {
    return this.#values.length;
  }

  /** Bytes of one row. */
  get bytesPerRow(): number {
    return patchCount * (this.featureWidth * this.#precision.bytes + 4 * positionWidth);
  }

  get #precision(): (typeof precisions)[StoredPrecision] {
    return precisions[this.#options.precision ?? 'float16'];
  }

  /** Adds the batch's images, one row each. */
  add({ images, values }: PreparedBatch): void {
    const F = this.featureWidth;
    for (const [index, { box, width, height }] of images.entries()) {
      const row = this.#precision.view(new ArrayBuffer(patchCount * F * this.#precision.bytes)); // [55, F]
      for (const [place, slot] of patchSlots.entries()) {
        const from = (index * featureSlotCount + slot) * F;
        row.set(values.subarray(from, from + F), place * F);
      }
      this.#values.push(row);
      const size = { width, height };
      this.#positions.push(patchPositions(kaleidoPatches(box, size), size, this.#options.positionScale));
    }
  }

  copy(row: number, slots: readonly number[], target: Float32Array, offset = 0): void {
    const values = this.#values[row];
    if (values === undefined) throw new RangeError(`row ${row} is not among the ${this.rows} in memory`);
    const table = this.#precision.table();
    const F = this.featureWidth;
    let to = offset;
    for (const slot of slots) {
      const place = this.#placeOf.get(slot);
      if (place === undefined) throw new RangeError(`slot ${slot} is not among the upright, coloured ones in memory`);
      for (let i = 0; i < F; i++) target[to + i] = table[values[place * F + i]!]!;
      to += F;
    }
  }

  positions(row: number): Float32Array {
    const positions = this.#positions[row];
    if (positions === undefined) throw new RangeError(`row ${row} is not among the ${this.rows} in memory`);
    return positions;
  }
}
