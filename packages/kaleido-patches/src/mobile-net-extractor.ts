import { type Tensor4D, tf } from '@kaleido/backend';
import type { Box, Size } from './box.ts';
import type { FeatureExtractor, PatchedImage } from './feature-extractor.ts';
import { featureSlotCount, featureSlots, patchSlots } from './feature-slots.ts';
import { greyPixels } from './grey-image.ts';
import { loadMobileNetV2, type MobileNetV2, mobileNetWidth, normaliseForMobileNet } from './mobile-net-v2.ts';
import { patchPixels, rotatedRegion } from './patch-pixels.ts';
import { poolCells } from './pool-cells.ts';
import { resizeRegion } from './resize-region.ts';

/** Each of the 74 patches resized and passed through the network by itself: the paper's way, and the slow one. */
export interface PassPerPatchOptions {
  readonly scheme: 'pass-per-patch';
  /** What a patch is resized to. Default 64 x 64: at 224 the 74 passes cost twelve times as much. */
  readonly inputSize?: Size;
}

/**
 * One pass over the object's box, whose feature map is averaged over each patch's cell. Rotated and grey boxes have
 * passes of their own, five in all. A patch's vector then also knows something of its surroundings.
 */
export interface PooledMapOptions {
  readonly scheme: 'pooled-map';
  /** What the box is resized to. Default 224 x 224, the size of training: a map of 7 x 7 for up to 5 x 5 cells. */
  readonly inputSize?: Size;
  /** The same for the three turned boxes, which give one vector each. Default: as `inputSize`. */
  readonly rotatedInputSize?: Size;
}

export type MobileNetOptions = PassPerPatchOptions | PooledMapOptions;

/** Pixels in one pass of patches at most: bounds the widest layer (96 channels at half the size) to 31 MB. */
const pixelsPerPass = 5 * 256 * 256;

/**
 * MobileNetV2's 1,280 features of a patch: the last feature map (ReLU6, so 0..6), averaged over the patch.
 * Runs on the backend that `selectBackend` has chosen; the weights are put there at the first use.
 * @param weights the file of `@kaleido/mobilenet-v2-weights`
 * @throws KaleidoError at the first use for weights that do not fit
 */
export async function mobileNetExtractor(weights: Uint8Array, options: MobileNetOptions): Promise<FeatureExtractor> {
  const { scheme } = options;
  const side = scheme === 'pass-per-patch' ? 64 : 224;
  const { inputSize = { width: side, height: side } } = options;
  const rotatedInputSize = (scheme === 'pooled-map' ? options.rotatedInputSize : undefined) ?? inputSize;
  let network: MobileNetV2 | undefined;
  return {
    name: 'mobilenet-v2',
    weightsHash: await sha256(weights),
    settings: {
      scheme,
      inputSize: [inputSize.width, inputSize.height],
      ...(scheme === 'pooled-map' ? { rotatedInputSize: [rotatedInputSize.width, rotatedInputSize.height] } : {}),
    },
    featureWidth: mobileNetWidth,
    async extract(images) {
      network ??= loadMobileNetV2(weights);
      const features = new Float32Array(images.length * featureSlotCount * mobileNetWidth); // [N, 74, F]
      // Image by image: every pass then has the same shape, and an image's vectors cannot depend on its neighbours.
      for (const [index, image] of images.entries()) {
        const start = index * featureSlotCount * mobileNetWidth;
        const target = features.subarray(start, start + featureSlotCount * mobileNetWidth);
        if (scheme === 'pass-per-patch') await extractEachPatch(network, image, inputSize, target);
        else await extractPooled(network, image, inputSize, rotatedInputSize, target);
      }
      return features;
    },
    dispose() {
      network?.dispose();
      network = undefined;
    },
  };
}

async function extractEachPatch(
  network: MobileNetV2,
  image: PatchedImage,
  size: Size,
  target: Float32Array,
): Promise<void> {
  const pixels = normaliseForMobileNet(patchPixels(image, size));
  const perPatch = size.width * size.height * 3;
  const patchesPerPass = Math.max(1, Math.floor((pixelsPerPass * 3) / perPatch));
  for (let slot = 0; slot < featureSlotCount; slot += patchesPerPass) {
    const end = Math.min(featureSlotCount, slot + patchesPerPass);
    const vectors = tf.tidy(() => {
      const map = network.featureMap(pictures(pixels.subarray(slot * perPatch, end * perPatch), size));
      return tf.mean(map, [1, 2]); // [patches, F]
    });
    target.set(await vectors.data(), slot * mobileNetWidth);
    vectors.dispose();
  }
}

async function extractPooled(
  network: MobileNetV2,
  { image, patches }: PatchedImage,
  size: Size,
  rotatedSize: Size,
  target: Float32Array,
): Promise<void> {
  const { rotations, grey, colour } = featureSlots;
  const box = patches[0]!.box;
  const slotVector = (slot: number): Float32Array =>
    target.subarray(slot * mobileNetWidth, (slot + 1) * mobileNetWidth);

  const coloured = resizeRegion(image, box, size);
  const both = new Float32Array(2 * coloured.length);
  both.set(coloured);
  both.set(greyPixels(coloured), coloured.length);
  const map = tf.tidy(() => network.featureMap(pictures(normaliseForMobileNet(both), size))); // [2, rows, columns, F]
  const [, rows, columns] = map.shape;
  const values = (await map.data()) as Float32Array;
  map.dispose();
  const mapLength = rows * columns * mobileNetWidth;
  const cell = (patch: Box): Box => inMap(patch, box, columns, rows);
  for (const [index, patch] of patches.entries()) {
    const slot = patchSlots[index]!;
    poolCells(values.subarray(0, mapLength), columns, mobileNetWidth, cell(patch.box), slotVector(slot));
    if (patch.level !== 4) continue;
    const greySlot = slot - colour.start + grey.start;
    poolCells(values.subarray(mapLength), columns, mobileNetWidth, cell(patch.box), slotVector(greySlot));
  }

  const turned = new Float32Array(3 * rotatedSize.width * rotatedSize.height * 3);
  for (const turns of [1, 2, 3] as const)
    turned.set(rotatedRegion(image, box, rotatedSize, turns), (turns - 1) * (turned.length / 3));
  const vectors = tf.tidy(
    () => tf.mean(network.featureMap(pictures(normaliseForMobileNet(turned), rotatedSize)), [1, 2]), // [3, F]
  );
  target.set(await vectors.data(), (rotations.start + 1) * mobileNetWidth);
  vectors.dispose();
}

function pictures(pixels: Float32Array, { width, height }: Size): Tensor4D {
  return tf.tensor4d(pixels, [pixels.length / (width * height * 3), height, width, 3]); // [B, height, width, 3]
}

/** A patch's place in the feature map of its object's box, in cells of the map; fractional. */
function inMap(patch: Box, object: Box, columns: number, rows: number): Box {
  const across = columns / (object.x1 - object.x0);
  const down = rows / (object.y1 - object.y0);
  return {
    x0: (patch.x0 - object.x0) * across,
    y0: (patch.y0 - object.y0) * down,
    x1: (patch.x1 - object.x0) * across,
    y1: (patch.y1 - object.y0) * down,
  };
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
