import { featureSlotCount } from '@kaleido/layout';
import { resizeName, sharedPatchPixels } from '../patch-pixels.ts';
import type { FeatureExtractor } from './feature-extractor.ts';

/** A patch is reduced to this many pixels per side before it is measured. */
export const measuredSide = 16;

export interface PatchStatistics {
  readonly name: string;
  readonly settings: Readonly<Record<string, number>>;
  /** F */
  readonly featureWidth: number;
  /**
   * Measures one patch.
   * @param pixels [16, 16, 3]
   * @param target [F], zeros; values in 0..1
   */
  readonly measure: (pixels: Uint8Array, target: Float32Array) => void;
}

/** An extractor that measures each of the 74 patches on its own, from 16 x 16 pixels, without a network. */
export function patchStatistics({ name, settings, featureWidth, measure }: PatchStatistics): FeatureExtractor {
  const size = { width: measuredSide, height: measuredSide };
  const length = measuredSide * measuredSide * 3;
  return {
    name,
    weightsHash: '',
    inputSize: size,
    normalisation: 'unit',
    settings: { ...settings, resize: resizeName },
    featureWidth,
    precision: 'byte',
    async extract(images) {
      const features = new Float32Array(images.length * featureSlotCount * featureWidth); // [N, 74, F]
      for (const [index, image] of images.entries()) {
        const pixels = sharedPatchPixels(image, size); // [74, 16, 16, 3]
        for (let slot = 0; slot < featureSlotCount; slot++) {
          const start = (index * featureSlotCount + slot) * featureWidth;
          measure(pixels.subarray(slot * length, (slot + 1) * length), features.subarray(start, start + featureWidth));
        }
      }
      return features;
    },
    dispose() {},
  };
}
