import { featureSlotCount, patchSlots } from '@kaleido/layout';
import type { FeatureStatistics } from './feature-store-header.ts';
import { precisions, type StoredPrecision, type StoredValues } from './stored-precision.ts';

/** Gathers mean and deviation of every feature over the 55 upright coloured vectors, in double precision. */
export class StatisticsGatherer {
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #vectors = 0;

  constructor(
    readonly featureWidth: number,
    readonly precision: StoredPrecision,
  ) {
    this.#sums = new Float64Array(featureWidth);
    this.#squares = new Float64Array(featureWidth);
  }

  /** @param values [images, 74, F] */
  add(values: StoredValues): void {
    const table = precisions[this.precision].table();
    const width = this.featureWidth;
    const images = values.length / (featureSlotCount * width);
    for (let image = 0; image < images; image++) {
      for (const slot of patchSlots) {
        const start = (image * featureSlotCount + slot) * width;
        for (let i = 0; i < width; i++) {
          const value = table[values[start + i]!]!;
          this.#sums[i]! += value;
          this.#squares[i]! += value * value;
        }
        this.#vectors += 1;
      }
    }
  }

  result(): FeatureStatistics {
    const mean = new Float32Array(this.featureWidth);
    const deviation = new Float32Array(this.featureWidth);
    for (let i = 0; i < this.featureWidth; i++) {
      const average = this.#sums[i]! / this.#vectors;
      mean[i] = average;
      deviation[i] = Math.sqrt(Math.max(0, this.#squares[i]! / this.#vectors - average * average));
    }
    return { mean, deviation };
  }
}
