import type { Size } from './box.ts';
import type { PatchedImage } from './feature-extractor.ts';
import { featureSlotCount, featureSlots, patchSlots } from './feature-slots.ts';
import { greyPixels } from './grey-image.ts';
import { resizeRegion } from './resize-region.ts';
import { type QuarterTurns, rotatePixels } from './rotate-image.ts';

/**
 * The pixels behind the 74 vectors of an image: every patch resized to one size, [74, height, width, 3], 0..255.
 * Turning and greying commute with resizing, so the turned and grey patches are made from the resized ones.
 */
export function patchPixels({ image, patches }: PatchedImage, size: Size): Float32Array {
  const pixels = size.width * size.height * 3;
  const values = new Float32Array(featureSlotCount * pixels); // [74, height, width, 3]
  for (const [index, patch] of patches.entries())
    values.set(resizeRegion(image, patch.box, size), patchSlots[index]! * pixels);
  const { rotations, grey, colour } = featureSlots;
  const whole = patches[0]!.box;
  for (const turns of [1, 2, 3] as const)
    values.set(rotatedRegion(image, whole, size, turns), (rotations.start + turns) * pixels);
  const coloured = values.subarray(colour.start * pixels, (colour.start + colour.count) * pixels);
  values.set(greyPixels(coloured), grey.start * pixels);
  return values;
}

const made = new WeakMap<PatchedImage, { readonly size: Size; readonly pixels: Float32Array }>();

/** As `patchPixels`, made once for the extractors that look at one image one after the other; to be read only. */
export function sharedPatchPixels(image: PatchedImage, size: Size): Float32Array {
  const known = made.get(image);
  if (known?.size.width === size.width && known.size.height === size.height) return known.pixels;
  const pixels = patchPixels(image, size);
  made.set(image, { size, pixels });
  return pixels;
}

/** A region turned clockwise, then resized, [height, width, 3]; done as resize, then turn, which is the same and cheaper. */
export function rotatedRegion(
  image: PatchedImage['image'],
  box: PatchedImage['patches'][number]['box'],
  { width, height }: Size,
  quarterTurns: QuarterTurns,
): Float32Array {
  const before = quarterTurns % 2 === 1 ? { width: height, height: width } : { width, height };
  return rotatePixels(resizeRegion(image, box, before), before.width, before.height, quarterTurns);
}
