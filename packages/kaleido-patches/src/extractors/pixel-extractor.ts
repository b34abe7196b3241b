import { featureSlotCount } from '@kaleido/layout';
import { resizeName, sharedPatchPixels } from '../patch-pixels.ts';
import type { FeatureExtractor } from './feature-extractor.ts';

export interface PixelExtractorOptions {
  /** Pixels per side. Default 16: 16 x 16 x 3 = 768 numbers, BERT's own width, enough to see a garment's outline. */
  readonly size?: number;
}

/**
 * The simplest extractor: a patch's own pixels, reduced to size x size, in 0..1, [row, column, RGB].
 * Features that a model predicts can then be shown as a picture.
 */
export function pixelExtractor({ size = 16 }: PixelExtractorOptions = {}): FeatureExtractor {
  const featureWidth = size * size * 3;
  return {
    name: 'pixels',
    weightsHash: '',
    inputSize: { width: size, height: size },
    normalisation: 'unit',
    settings: { size, resize: resizeName },
    featureWidth,
    precision: 'byte',
    async extract(images) {
      const features = new Float32Array(images.length * featureSlotCount * featureWidth); // [N, 74, F]
      for (const [index, image] of images.entries()) {
        const pixels = sharedPatchPixels(image, { width: size, height: size });
        const start = index * featureSlotCount * featureWidth;
        for (let i = 0; i < pixels.length; i++) features[start + i] = pixels[i]! / 255;
      }
      return features;
    },
    dispose() {},
  };
}
