import { type Tensor4D, tf } from '@kaleido/backend';
import { sha256 } from '@kaleido/foundation';
import { featureSlotCount, featureSlots, patchSlots } from '@kaleido/layout';
import type { Box, Size } from '../box.ts';
import { embedEachPatch } from '../extractors/embed-each-patch.ts';
import type { FeatureExtractor, PatchedImage } from '../extractors/feature-extractor.ts';
import { greyPixels } from '../image/grey-image.ts';
import { resizeImage } from '../image/resize-image.ts';
import { resizeName, rotatedRegion } from '../patch-pixels.ts';
import type { ConvolutionalNetwork, LoadedNetwork } from './convolutional-network.ts';
import { normaliseForImageNet } from './image-net-normalisation.ts';
import { poolCells } from './pool-cells.ts';

/** Each of the 74 patches is resized and passed through the network separately: the paper's method, and slow. */
export interface PassPerPatchOptions {
  readonly scheme: 'pass-per-patch';
  /** Size that a patch is resized to. Default 64 x 64: at 224 the 74 passes cost twelve times as much. */
  readonly inputSize?: Size;
}

/**
 * One pass over the object's box, whose feature map is averaged over each patch's cell. Rotated and grey boxes have
 * their own passes, five in all. A patch's vector then also contains some of its surroundings.
 */
export interface PooledMapOptions {
  readonly scheme: 'pooled-map';
  /** Size that the box is resized to. Default 224 x 224, as in training: a map of 7 x 7 for up to 5 x 5 cells. */
  readonly inputSize?: Size;
  /** The same for the three rotated boxes, which give one vector each. Default: `inputSize`. */
  readonly rotatedInputSize?: Size;
}

export type ConvolutionalOptions = PassPerPatchOptions | PooledMapOptions;

/** Maximum pixels per pass: bounds MobileNetV2's widest layer (96 channels at half the size) to 31 MB. */
const pixelsPerPass = 5 * 256 * 256;

/**
 * Features of a convolutional network: its last feature map, averaged over the patch.
 * Runs on the backend chosen by `selectBackend`; the weights are uploaded at the first use.
 * @throws KaleidoError at the first use for weights that do not fit
 */
export async function convolutionalExtractor(
  network: ConvolutionalNetwork,
  weights: Uint8Array,
  options: ConvolutionalOptions,
): Promise<FeatureExtractor> {
  const { scheme } = options;
  const { name, featureWidth, normalisation } = network;
  const side = scheme === 'pass-per-patch' ? 64 : 224;
  const { inputSize = { width: side, height: side } } = options;
  const rotatedInputSize = (scheme === 'pooled-map' ? options.rotatedInputSize : undefined) ?? inputSize;
  let loaded: LoadedNetwork | undefined;
  return {
    name,
    weightsHash: await sha256(weights),
    inputSize,
    normalisation,
    settings: {
      scheme,
      inputSize: [inputSize.width, inputSize.height],
      ...(scheme === 'pooled-map' ? { rotatedInputSize: [rotatedInputSize.width, rotatedInputSize.height] } : {}),
      resize: resizeName,
    },
    featureWidth,
    async extract(images) {
      loaded ??= network.load(weights);
      const known = loaded;
      if (scheme === 'pooled-map') return extractPooled(known, featureWidth, images, inputSize, rotatedInputSize);
      const perPass = picturesPerPass(inputSize);
      return embedEachPatch(images, inputSize, featureWidth, perPass, (pixels) =>
        meanFeatures(known, pixels, inputSize),
      );
    },
    dispose() {
      loaded?.dispose();
      loaded = undefined;
    },
  };
}

function picturesPerPass({ width, height }: Size): number {
  return Math.max(1, Math.floor(pixelsPerPass / (width * height)));
}

/** The mean of each picture's feature map, [B, F]. */
async function meanFeatures(network: LoadedNetwork, pixels: Float32Array, size: Size): Promise<Float32Array> {
  const vectors = tf.tidy(() => tf.mean(network.featureMap(pictures(normaliseForImageNet(pixels), size)), [1, 2]));
  const values = (await vectors.data()) as Float32Array;
  vectors.dispose();
  return values;
}

async function extractPooled(
  network: LoadedNetwork,
  featureWidth: number,
  images: readonly PatchedImage[],
  size: Size,
  rotatedSize: Size,
): Promise<Float32Array> {
  const features = new Float32Array(images.length * featureSlotCount * featureWidth); // [N, 74, F]
  const slotVector = (image: number, slot: number): Float32Array =>
    features.subarray(
      (image * featureSlotCount + slot) * featureWidth,
      (image * featureSlotCount + slot + 1) * featureWidth,
    );
  const boxOf = ({ patches }: PatchedImage): Box => patches[0]!.box;

  // The coloured and the grey box of each image, with as many images per pass as fit.
  const imagesPerPass = Math.max(1, Math.floor(picturesPerPass(size) / 2));
  for (let first = 0; first < images.length; first += imagesPerPass) {
    const some = images.slice(first, first + imagesPerPass);
    const length = 3 * size.width * size.height;
    const pixels = new Float32Array(2 * some.length * length);
    for (const [index, image] of some.entries()) {
      const coloured = resizeImage(image.image, boxOf(image), size).data;
      pixels.set(coloured, 2 * index * length);
      pixels.set(greyPixels(coloured), (2 * index + 1) * length);
    }
    const map = tf.tidy(() => network.featureMap(pictures(normaliseForImageNet(pixels), size))); // [2 * some, rows, columns, F]
    const [, rows, columns] = map.shape;
    const values = (await map.data()) as Float32Array;
    map.dispose();
    const mapLength = rows * columns * featureWidth;
    for (const [index, image] of some.entries()) {
      const coloured = values.subarray(2 * index * mapLength, (2 * index + 1) * mapLength);
      const grey = values.subarray((2 * index + 1) * mapLength, (2 * index + 2) * mapLength);
      for (const [number, patch] of image.patches.entries()) {
        const slot = patchSlots[number]!;
        const cell = inMap(patch.box, boxOf(image), columns, rows);
        poolCells(coloured, columns, featureWidth, cell, slotVector(first + index, slot));
        if (patch.level !== 4) continue;
        const greySlot = slot - featureSlots.colour.start + featureSlots.grey.start;
        poolCells(grey, columns, featureWidth, cell, slotVector(first + index, greySlot));
      }
    }
  }

  const turnsPerPass = Math.max(1, Math.floor(picturesPerPass(rotatedSize) / 3));
  for (let first = 0; first < images.length; first += turnsPerPass) {
    const some = images.slice(first, first + turnsPerPass);
    const length = 3 * rotatedSize.width * rotatedSize.height;
    const turned = new Float32Array(3 * some.length * length);
    for (const [index, image] of some.entries())
      for (const turns of [1, 2, 3] as const)
        turned.set(rotatedRegion(image.image, boxOf(image), rotatedSize, turns), (3 * index + turns - 1) * length);
    const vectors = await meanFeatures(network, turned, rotatedSize); // [3 * some, F]
    for (const index of some.keys())
      for (const turns of [1, 2, 3]) {
        const from = (3 * index + turns - 1) * featureWidth;
        slotVector(first + index, featureSlots.rotation.start + turns).set(vectors.subarray(from, from + featureWidth));
      }
  }
  return features;
}

function pictures(pixels: Float32Array, { width, height }: Size): Tensor4D {
  return tf.tensor4d(pixels, [pixels.length / (width * height * 3), height, width, 3]); // [B, height, width, 3]
}

/** A patch's position in the feature map of its object's box, in fractional cells of the map. */
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
