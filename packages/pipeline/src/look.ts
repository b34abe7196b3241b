import { KaleidoError } from '@kaleido/foundation';
import {
  type Box,
  type ForegroundFallback,
  type KaleidoPatch,
  kaleidoPatches,
  type RgbImage,
  storedNumbers,
} from '@kaleido/kaleido-patches';
import { type ImageBatch, residentFeatures } from '@kaleido/layout';
import { imageBatch } from '@kaleido/pretrain-tasks';
import type { ImageFeatures } from './image-features.ts';
import { type Photograph, recordOf } from './photograph.ts';

export interface LookOptions {
  /**
   * The box to cut into patches, in pixels of the photograph: whole numbers, the end excluded. Default: the object's, as
   * the model's preprocessing finds it.
   */
  readonly box?: Box;
}

/** A photograph as a model sees it, with every step between its file and the model's input. No tensors. */
export interface Look {
  readonly id: string;
  /** Decoded and upright. */
  readonly image: RgbImage;
  /** [height * width], 1 on the object; everything else is painted white. Absent where nothing is cut out. */
  readonly mask?: Uint8Array;
  /** Of the object, or the one that was asked for. At least five pixels wide and high. */
  readonly box: Box;
  /** Present if no object was found, and the box is the whole photograph. */
  readonly fallback?: ForegroundFallback;
  /** The 55 patches, level by level, row by row. */
  readonly patches: readonly KaleidoPatch[];
  /** [74, F] feature vectors at `featureSlots` of `@kaleido/layout`: patches, turned and grey ones. */
  readonly slots: Float32Array;
  /** The model's input: the 55 patches, upright and in colour, with their positions. */
  readonly batch: ImageBatch;
}

/** @throws KaleidoError for a photograph that cannot be read, and a box that does not lie in it */
export async function lookAt(
  imageFeatures: ImageFeatures,
  photograph: Photograph,
  { box }: LookOptions,
): Promise<Look> {
  const record = recordOf(photograph, 0);
  const seen = await imageFeatures.look(record, (image) => {
    if (box !== undefined) assertInside(box, image);
    return box;
  });
  const { image, found, prepared } = seen;
  const { precision } = imageFeatures.opened.extractor;
  const features = imageFeatures.empty();
  features.add(prepared);
  const own = prepared.images[0]!.box;
  return {
    id: record.id,
    image,
    ...(found.mask === undefined ? {} : { mask: found.mask }),
    box: own,
    ...(found.fallback === undefined || box !== undefined ? {} : { fallback: found.fallback }),
    patches: kaleidoPatches(own, image),
    slots: storedNumbers(prepared.values, precision),
    batch: await imageBatch(residentFeatures(features), [0]),
  };
}

function assertInside(box: Box, { width, height }: RgbImage): void {
  const { x0, y0, x1, y1 } = box;
  const isWhole = [x0, y0, x1, y1].every(Number.isInteger);
  if (isWhole && x0 >= 0 && y0 >= 0 && x1 <= width && y1 <= height && x0 < x1 && y0 < y1) return;
  throw new KaleidoError({
    source: 'pipeline',
    problem: `the box must lie in the photograph, ${width} x ${height} pixels, and hold at least one of them`,
    found: JSON.stringify({ x0, y0, x1, y1 }),
    advice: 'give whole numbers, 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height',
  });
}
