import { type Tensor, tf } from '@kaleido/backend';
import { decodeSafetensors, float32Values, sha256 } from '@kaleido/foundation';
import { resizeImage } from '../image/resize-image.ts';
import { type RgbImage, wholeImage } from '../image/rgb-image.ts';
import type { ForegroundFinder } from './foreground-finder.ts';
import {
  assertForegroundShapes,
  foregroundLogits,
  foregroundSide,
  normaliseForForeground,
} from './foreground-network.ts';
import { defaultMaskOptions, type ObjectInMaskOptions, objectInMask, type SaliencyMask } from './object-in-mask.ts';

/** A finder that also gives its network's mask. */
export interface MaskingFinder extends ForegroundFinder {
  mask(image: RgbImage): Promise<SaliencyMask>;
  dispose(): void;
}

/**
 * Finds the object with this project's own network (0.84 MB), trained on the atelier's exact masks by
 * recipes/foreground.json: the garment and its wearer.
 * Runs on the backend chosen by `selectBackend`; the weights are uploaded at the first use.
 * @param weights a `foreground.safetensors`; `foregroundWeightsUrl` is the one of this package
 * @throws KaleidoError for weights that do not fit
 */
export async function networkForeground(
  weights: Uint8Array,
  options: ObjectInMaskOptions = {},
): Promise<MaskingFinder> {
  const { tensors } = decodeSafetensors(weights, 'the foreground weights');
  assertForegroundShapes(tensors);
  let variables: Map<string, Tensor> | undefined;
  return maskingFinder('foreground-network', await sha256(weights), options, {
    async mask(image) {
      variables ??= new Map(
        [...tensors].map(([name, stored]) => [name, tf.tensor(float32Values(stored, name), [...stored.shape])]),
      );
      const known = variables;
      const side = foregroundSide;
      const { data } = resizeImage(image, wholeImage(image), { width: side, height: side });
      const shares = tf.tidy(() =>
        tf.sigmoid(foregroundLogits(known, tf.tensor4d(normaliseForForeground(data), [1, side, side, 3]))),
      ); // [1, side, side]
      const values = (await shares.data()) as Float32Array;
      shares.dispose();
      return { width: side, height: side, shares: values };
    },
    dispose() {
      tf.dispose([...(variables?.values() ?? [])]);
      variables = undefined;
    },
  });
}

/** Creates a finder from a function that gives masks. */
export function maskingFinder(
  name: string,
  weightsHash: string,
  options: ObjectInMaskOptions,
  { mask, dispose }: Pick<MaskingFinder, 'mask' | 'dispose'>,
): MaskingFinder {
  const { cutOut, ...settings } = { ...defaultMaskOptions, ...options };
  return {
    name,
    weightsHash,
    settings: { ...settings, ...(cutOut ? { cutOut } : {}) },
    mask,
    find: async (image) => objectInMask(await mask(image), image, { ...settings, cutOut }),
    dispose,
  };
}
