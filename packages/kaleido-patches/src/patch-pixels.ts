import { featureSlotCount, featureSlots, patchSlots } from '@kaleido/layout';
import type { Box, Size } from './box.ts';
import type { PatchedImage } from './extractors/feature-extractor.ts';
import { greyPixels } from './image/grey-image.ts';
import { resizeImage, resizeInto } from './image/resize-image.ts';
import type { RgbImage } from './image/rgb-image.ts';
import { type QuarterTurns, rotatePixels } from './image/rotate-image.ts';

/** How patches are resized; part of the extractors' settings, so that features of another resize are refused. */
export const resizeName = 'whole levels, bilinear';

/**
 * The pixels of the 74 vectors of an image: every patch resized to one size, [74, height, width, 3], in whole levels.
 * Patches are resized before they are rotated or greyed, which is cheaper.
 */
function patchPixels({ image, patches }: PatchedImage, size: Size): Uint8Array {
  const pixels = size.width * size.height * 3;
  const values = new Uint8Array(featureSlotCount * pixels); // [74, height, width, 3]
  for (const [index, patch] of patches.entries())
    resizeInto(image, patch.box, size, values, patchSlots[index]! * pixels);
  const { rotation, grey, colour } = featureSlots;
  const whole = patches[0]!.box;
  for (const turns of [1, 2, 3] as const)
    values.set(rotatedRegion(image, whole, size, turns), (rotation.start + turns) * pixels);
  const coloured = values.subarray(colour.start * pixels, (colour.start + colour.count) * pixels);
  values.set(greyPixels(coloured), grey.start * pixels);
  return values;
}

/** The pixels of one of the 74 vectors of an image: [height, width, 3], in whole levels. */
export function slotPixels({ image, patches }: PatchedImage, slot: number, size: Size): Uint8Array {
  const { rotation, grey, colour } = featureSlots;
  const whole = patches[0]!.box;
  if (slot < rotation.start + rotation.count)
    return rotatedRegion(image, whole, size, (slot - rotation.start) as QuarterTurns);
  const isGrey = slot >= grey.start && slot < grey.start + grey.count;
  const upright = isGrey ? slot - grey.start + colour.start : slot;
  const { data } = resizeImage(image, patches[patchSlots.indexOf(upright)]!.box, size);
  return isGrey ? greyPixels(data) : data;
}

const made = new WeakMap<PatchedImage, { readonly size: Size; readonly pixels: Uint8Array }>();

/** As `patchPixels`, but cached for extractors that use the same image in turn. Do not modify the result. */
export function sharedPatchPixels(image: PatchedImage, size: Size): Uint8Array {
  const known = made.get(image);
  if (known?.size.width === size.width && known.size.height === size.height) return known.pixels;
  const pixels = patchPixels(image, size);
  made.set(image, { size, pixels });
  return pixels;
}

/** A region resized and rotated clockwise, [height, width, 3]. */
export function rotatedRegion(
  image: RgbImage,
  box: Box,
  { width, height }: Size,
  quarterTurns: QuarterTurns,
): Uint8Array {
  const before = quarterTurns % 2 === 1 ? { width: height, height: width } : { width, height };
  return rotatePixels(resizeImage(image, box, before).data, before.width, before.height, quarterTurns);
}
