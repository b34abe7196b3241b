import { featureSlotCount } from '@kaleido/layout';
import type { Size } from '../box.ts';
import { slotPixels } from '../patch-pixels.ts';
import type { PatchedImage } from './feature-extractor.ts';

/**
 * The 74 vectors of every image, [images, 74, F], from a function that treats each patch separately. One call may mix
 * patches of several images.
 * @param patchesPerPass how many patches it is given at once
 * @param embed RGB 0..255 [patches, height, width, 3] to vectors [patches, F]; it may overwrite its input
 */
export async function embedEachPatch(
  images: readonly PatchedImage[],
  size: Size,
  featureWidth: number,
  patchesPerPass: number,
  embed: (pixels: Float32Array) => Promise<Float32Array>,
): Promise<Float32Array> {
  const count = images.length * featureSlotCount;
  const features = new Float32Array(count * featureWidth); // [N * 74, F]
  const length = size.width * size.height * 3;
  for (let first = 0; first < count; first += patchesPerPass) {
    const end = Math.min(count, first + patchesPerPass);
    const pixels = new Float32Array((end - first) * length);
    for (let row = first; row < end; row++) {
      const image = images[Math.floor(row / featureSlotCount)]!;
      pixels.set(slotPixels(image, row % featureSlotCount, size), (row - first) * length);
    }
    features.set(await embed(pixels), first * featureWidth);
  }
  return features;
}
