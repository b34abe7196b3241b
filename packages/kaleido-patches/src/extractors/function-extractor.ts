import { KaleidoError } from '@kaleido/foundation';
import type { Size } from '../box.ts';
import { normaliseForImageNet } from '../networks/image-net-normalisation.ts';
import { resizeName } from '../patch-pixels.ts';
import type { Settings } from '../settings.ts';
import { embedEachPatch } from './embed-each-patch.ts';
import type { FeatureExtractor } from './feature-extractor.ts';

export interface FunctionExtractorOptions {
  /** Names the method; stored with the features. */
  readonly name: string;
  /** F: length of a vector. */
  readonly featureWidth: number;
  /** Size that a patch is resized to. */
  readonly inputSize: Size;
  /** Range of the pixels: 0..255 (`none`), 0..1 (`unit`), or normalised by ImageNet's statistics. Default `none`. */
  readonly normalisation?: 'none' | 'unit' | 'imagenet';
  /** SHA-256 of the function's weights. Without it, features of different weights count as the same. */
  readonly weightsHash?: string;
  /** Everything else that changes the values. */
  readonly settings?: Settings;
  /** Patches per call of the function. Default 74, those of an image. */
  readonly patchesPerPass?: number;
  /** RGB [patches, height, width, 3] to vectors [patches, F]. */
  readonly embed: (pixels: Float32Array, patches: number) => Promise<Float32Array> | Float32Array;
  readonly dispose?: () => void;
}

/**
 * A custom extractor: any function from pixels to numbers, for example a network of another library. It works wherever
 * the built-in extractors do: alone, joined with others, in `prepareFeatures`.
 * @throws KaleidoError while it extracts, for a function that returns the wrong number of values
 */
export function functionExtractor(options: FunctionExtractorOptions): FeatureExtractor {
  const { name, featureWidth, inputSize, normalisation = 'none', weightsHash = '', patchesPerPass = 74 } = options;
  return {
    name,
    weightsHash,
    inputSize,
    normalisation,
    settings: {
      inputSize: [inputSize.width, inputSize.height],
      normalisation,
      resize: resizeName,
      ...options.settings,
    },
    featureWidth,
    extract: (images) =>
      embedEachPatch(images, inputSize, featureWidth, patchesPerPass, async (pixels) => {
        const patches = pixels.length / (inputSize.width * inputSize.height * 3);
        if (normalisation === 'imagenet') normaliseForImageNet(pixels);
        if (normalisation === 'unit') for (let i = 0; i < pixels.length; i++) pixels[i]! /= 255;
        const vectors = await options.embed(pixels, patches);
        if (vectors.length === patches * featureWidth) return vectors;
        throw new KaleidoError({
          source: 'kaleido-patches',
          problem: `the extractor ${name} must give ${featureWidth} numbers for each of ${patches} patches`,
          found: vectors.length,
          advice: 'return them patch by patch in one Float32Array',
        });
      }),
    dispose: () => options.dispose?.(),
  };
}
