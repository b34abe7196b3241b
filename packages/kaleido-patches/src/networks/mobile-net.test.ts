import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, tf } from '@kaleido/backend';
import { decodeSafetensors, encodeSafetensors, float32Values } from '@kaleido/foundation';
import { featureSlotCount, featureSlots } from '@kaleido/layout';
import { weightsUrl } from '@kaleido/mobilenet-v2-weights';
import fc from 'fast-check';
import { createExtractor } from '../extractors/create-extractor.ts';
import type { ExtractorDescription } from '../extractors/extractor-description.ts';
import { decodeImage } from '../image/decode-image.ts';
import { toGrey } from '../image/grey-image.ts';
import { resizeImage } from '../image/resize-image.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import { kaleidoPatches } from '../kaleido-patches.ts';
import { type ConvolutionalOptions, convolutionalExtractor } from './convolutional-extractor.ts';
import { normaliseForImageNet } from './image-net-normalisation.ts';
import { mobileNetV2 } from './mobile-net-v2.ts';
import { poolCells } from './pool-cells.ts';

// PyTorch 2.15.0 and onnxruntime 1.32.0, float32, on CPU; see shared/golden/features/README.md.
const golden = fileURLToPath(new URL('../../../../../shared/golden/features/', import.meta.url));
const originalWeights = fileURLToPath(
  new URL('../../../../../shared/weights/mobilenetv2-1.0-imagenet.safetensors', import.meta.url),
);
const itGolden = existsSync(golden) && existsSync(originalWeights) ? it : it.skip;

interface GoldenLayer {
  readonly layer: string;
  readonly shapeNCHW: readonly [number, number, number, number];
  readonly mean: number;
  readonly firstChannels: readonly number[];
}

let weights: Uint8Array;
beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
  weights = await readFile(weightsUrl);
});

async function goldenInput(name: string): Promise<Float32Array> {
  const file = `${golden}resized/${name}-bilinear-224x224.png`;
  return normaliseForImageNet(Float32Array.from((await decodeImage(await readFile(file), file)).data));
}

const small = { width: 32, height: 32 };
const picture: RgbImage = {
  width: 50,
  height: 70,
  data: Uint8Array.from({ length: 10_500 }, (_, i) => (128 + 120 * Math.sin(i / 40) * Math.cos(i / 1700)) | 0),
};
const box = { x0: 3, y0: 5, x1: 45, y1: 64 };
const patches = kaleidoPatches(box);

async function extract(
  options: ConvolutionalOptions,
  image: RgbImage = picture,
): Promise<(slot: number) => Float32Array> {
  const extractor = await convolutionalExtractor(mobileNetV2, weights, options);
  const features = await extractor.extract([{ image, patches }]);
  extractor.dispose();
  expect(features).toHaveLength(featureSlotCount * mobileNetV2.featureWidth);
  return (slot) => features.subarray(slot * mobileNetV2.featureWidth, (slot + 1) * mobileNetV2.featureWidth);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

/** The mean feature of a region, computed directly. */
function meanFeature(image: RgbImage, region: typeof box): Float32Array {
  const network = mobileNetV2.load(weights);
  const mean = tf.tidy(() => {
    const pixels = normaliseForImageNet(Float32Array.from(resizeImage(image, region, small).data));
    return tf.mean(network.featureMap(tf.tensor4d(pixels, [1, 32, 32, 3])), [1, 2]).dataSync();
  });
  network.dispose();
  return mean as Float32Array;
}

describe('MobileNetV2 against PyTorch (skipped where ../shared/golden/features or ../shared/weights is absent)', () => {
  itGolden('normalises as the frameworks do, bit for bit', async () => {
    const { images } = JSON.parse(await readFile(`${golden}images.json`, 'utf8')) as {
      images: { name: string; input224: { nhwcSha256: string } }[];
    };
    for (const { name, input224 } of images) {
      const input = await goldenInput(name);
      expect(createHash('sha256').update(new Uint8Array(input.buffer)).digest('hex')).toBe(input224.nhwcSha256);
    }
  });

  itGolden('gives the same features to 1e-4, and to 4e-3 with the large kernels rounded to fp16', async () => {
    const { tensors } = decodeSafetensors(await readFile(`${golden}expected.safetensors`), 'expected.safetensors');
    for (const [bytes, tolerance] of [
      [await readFile(originalWeights), 1e-4],
      [weights, 4e-3],
    ] as const) {
      const network = mobileNetV2.load(bytes);
      for (let image = 0; image < 12; image++) {
        const name = String(image).padStart(2, '0');
        const pixels = await goldenInput(name);
        const features = tf.tidy(() =>
          tf.mean(network.featureMap(tf.tensor4d(pixels, [1, 224, 224, 3])), [1, 2]).dataSync(),
        );
        const expected = float32Values(tensors.get(`${name}.mobilenetv2`)!, name);
        expect(largestDifference(features, expected)).toBeLessThan(tolerance);
      }
      network.dispose();
    }
  });

  itGolden('agrees after every convolution', async () => {
    const layers = JSON.parse(await readFile(`${golden}layers.json`, 'utf8')) as Record<
      string,
      { mobilenetv2: GoldenLayer[] }
    >;
    const network = mobileNetV2.load(await readFile(originalWeights));
    for (const [name, { mobilenetv2 }] of Object.entries(layers)) {
      const seen: string[] = [];
      const input = await goldenInput(name);
      tf.tidy(() =>
        network.featureMap(tf.tensor4d(input, [1, 224, 224, 3]), (layer, output) => {
          const expected = mobilenetv2[seen.length]!;
          seen.push(layer);
          const [, channels, height, width] = expected.shapeNCHW;
          expect(output.shape).toEqual([1, height, width, channels]);
          const values = output.dataSync<'float32'>();
          const middle = (Math.floor(height / 2) * width + Math.floor(width / 2)) * channels;
          expect(largestDifference(values.subarray(middle, middle + 8), expected.firstChannels)).toBeLessThan(1e-4);
          expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length - expected.mean)).toBeLessThan(
            1e-4,
          );
        }),
      );
      expect(seen).toEqual(mobilenetv2.map(({ layer }) => layer));
    }
    network.dispose();
  });

  itGolden('ships the original weights, rounded', async () => {
    const original = decodeSafetensors(await readFile(originalWeights), 'original').tensors;
    const { tensors } = decodeSafetensors(weights, 'shipped');
    expect(tensors.size).toBe(104);
    for (const [name, tensor] of tensors) {
      const values = float32Values(tensor, name);
      const exact = float32Values(original.get(name)!, name);
      // Half precision keeps 11 bits. The smallest numbers lose more, but never more than its smallest step.
      const error = values.reduce(
        (most, v, i) => Math.max(most, Math.abs(v - exact[i]!) - Math.abs(exact[i]!) / 2048),
        0,
      );
      expect(error).toBeLessThan(2 ** -24);
    }
  });
});

describe('mobileNetV2', () => {
  it('names the layer that is missing or misshapen', () => {
    const { tensors } = decodeSafetensors(weights, 'shipped');
    const without = encodeSafetensors([...tensors].filter(([name]) => name !== 'conv_95_weight'));
    expect(() => mobileNetV2.load(without)).toThrow(
      '@kaleido/kaleido-patches: the MobileNetV2 weights need "conv_95_weight" of shape [1280, 320, 1, 1], found "nothing by that name"',
    );
    expect(() => mobileNetV2.load(weights.subarray(0, 1000))).toThrow(/not a sound safetensors file/);
  });
});

describe('convolutionalExtractor', () => {
  it('passes every patch separately', async () => {
    const vector = await extract({ scheme: 'pass-per-patch', inputSize: small });
    expect(largestDifference(vector(0), meanFeature(picture, box))).toBeLessThan(1e-4);
    expect(largestDifference(vector(4), meanFeature(picture, patches[1]!.box))).toBeLessThan(1e-4);
    expect(largestDifference(vector(73), meanFeature(picture, patches[54]!.box))).toBeLessThan(1e-4);
  });

  it('pools one pass: level 1 is the mean of the map, level 2 of its quarters', async () => {
    const inputSize = { width: 64, height: 64 };
    const vector = await extract({ scheme: 'pooled-map', inputSize });
    const network = mobileNetV2.load(weights);
    const even = kaleidoPatches({ x0: 0, y0: 0, x1: 40, y1: 60 });
    const extractor = await convolutionalExtractor(mobileNetV2, weights, { scheme: 'pooled-map', inputSize });
    const features = await extractor.extract([{ image: picture, patches: even }]);
    const map = tf.tidy(() => {
      const pixels = normaliseForImageNet(Float32Array.from(resizeImage(picture, even[0]!.box, inputSize).data));
      return network.featureMap(tf.tensor4d(pixels, [1, 64, 64, 3])).dataSync(); // [2 x 2, F]
    });
    const quarter = (index: number): Float32Array =>
      map.slice(index * mobileNetV2.featureWidth, (index + 1) * mobileNetV2.featureWidth) as Float32Array;
    for (const index of [0, 1, 2, 3])
      expect(
        largestDifference(
          features.subarray((4 + index) * mobileNetV2.featureWidth, (5 + index) * mobileNetV2.featureWidth),
          quarter(index),
        ),
      ).toBeLessThan(1e-4);
    const mean = quarter(0).map((value, i) => (value + quarter(1)[i]! + quarter(2)[i]! + quarter(3)[i]!) / 4);
    expect(largestDifference(features.subarray(0, mobileNetV2.featureWidth), mean)).toBeLessThan(1e-4);
    expect(Math.min(...vector(73))).toBeGreaterThanOrEqual(0);
    extractor.dispose();
    network.dispose();
  });

  it.each<ConvolutionalOptions>([
    { scheme: 'pass-per-patch', inputSize: small },
    { scheme: 'pooled-map', inputSize: small },
  ])(
    'tells rotated boxes apart, and a grey picture from a coloured one only by its colours: $scheme',
    async (options) => {
      const grey = toGrey(picture);
      const coloured = await extract(options);
      const greyed = await extract(options, grey);
      for (const turns of [1, 2, 3]) expect(largestDifference(coloured(0), coloured(turns))).toBeGreaterThan(0.01);
      for (let i = 0; i < 16; i++) {
        const { grey: greySlots, colour } = featureSlots;
        expect(largestDifference(greyed(greySlots.start + i), greyed(colour.start + i))).toBeLessThan(1e-3);
        expect(largestDifference(coloured(greySlots.start + i), coloured(colour.start + i))).toBeGreaterThan(1e-3);
      }
    },
  );

  it('gives a symmetric picture equal rotated vectors', async () => {
    // Rings around the centre of the square box.
    const data = new Uint8Array(64 * 64 * 3);
    for (let y = 0; y < 64; y++)
      for (let x = 0; x < 64; x++)
        data.fill(((Math.hypot(x - 31.5, y - 31.5) * 9) | 0) % 256, 3 * (64 * y + x), 3 * (64 * y + x) + 3);
    const rings: RgbImage = { width: 64, height: 64, data };
    const extractor = await convolutionalExtractor(mobileNetV2, weights, {
      scheme: 'pass-per-patch',
      inputSize: small,
    });
    const features = await extractor.extract([
      { image: rings, patches: kaleidoPatches({ x0: 0, y0: 0, x1: 64, y1: 64 }) },
    ]);
    const first = features.subarray(0, mobileNetV2.featureWidth);
    for (const turns of [1, 2, 3])
      expect(
        largestDifference(
          first,
          features.subarray(turns * mobileNetV2.featureWidth, (turns + 1) * mobileNetV2.featureWidth),
        ),
      ).toBeLessThan(1e-3);
    extractor.dispose();
  });

  it.each<ConvolutionalOptions>([
    { scheme: 'pass-per-patch', inputSize: small },
    { scheme: 'pooled-map', inputSize: { width: 64, height: 96 }, rotatedInputSize: small },
  ])('leaks no tensor and does not depend on the other images: $scheme', async (options) => {
    const before = memory().numTensors;
    const extractor = await convolutionalExtractor(mobileNetV2, weights, options);
    expect(memory().numTensors).toBe(before);
    const alone = await extractor.extract([{ image: picture, patches }]);
    const loaded = memory().numTensors;
    const other = { image: toGrey(picture), patches };
    const together = await extractor.extract([other, { image: picture, patches }]);
    expect(memory().numTensors).toBe(loaded);
    expect(together.subarray(alone.length)).toEqual(alone);
    extractor.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

describe('createExtractor', () => {
  it('creates the extractor of a description, with everything that changes its values in its settings', async () => {
    const description: ExtractorDescription = { kind: 'mobilenet-v2', scheme: 'pooled-map', rotatedInputSize: small };
    expect(await createExtractor(description)).toMatchObject({
      name: 'mobilenet-v2',
      weightsHash: createHash('sha256').update(weights).digest('hex'),
      inputSize: { width: 224, height: 224 },
      normalisation: 'imagenet',
      settings: { scheme: 'pooled-map', inputSize: [224, 224], rotatedInputSize: [32, 32] },
      featureWidth: 1280,
    });
    expect(await createExtractor({ kind: 'pixels', size: 8 })).toMatchObject({ featureWidth: 192 });
  });

  it('refuses an unknown kind', async () => {
    await expect(createExtractor({ kind: 'vgg' } as unknown as ExtractorDescription)).rejects.toThrow(
      '@kaleido/kaleido-patches: unknown feature extractor, found "vgg"; take pixels, colours, edges, mobilenet-v2, resnet50, resnet50-v2-stage3 or joined',
    );
  });
});

describe('poolCells', () => {
  it('weighs partial cells by the share inside the area', () => {
    const map = Float32Array.of(1, 2, 3, 4, 5, 6); // 2 rows, 3 columns, 1 feature
    const mean = (x0: number, y0: number, x1: number, y1: number): number => {
      const target = new Float32Array(1);
      poolCells(map, 3, 1, { x0, y0, x1, y1 }, target);
      return target[0]!;
    };
    expect(mean(0, 0, 3, 2)).toBeCloseTo(3.5, 6);
    expect(mean(1, 0, 2, 1)).toBe(2);
    // Half of the first and all of the second cell: (0.5 x 1 + 1 x 2) / 1.5.
    expect(mean(0.5, 0, 2, 1)).toBeCloseTo(2.5 / 1.5, 6);
    expect(mean(0.25, 0.5, 0.75, 1.5)).toBeCloseTo((1 + 4) / 2, 6);
  });

  it('adds up: the cells of a level, weighed by their areas, give the mean of the map', () => {
    const edges = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(edges, edges, fc.integer({ min: 1, max: 5 }), (rows, columns, level) => {
        const map = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i) + i / 7);
        let sum = 0;
        const target = new Float32Array(1);
        for (let row = 0; row < level; row++)
          for (let column = 0; column < level; column++) {
            const area = {
              x0: (column * columns) / level,
              y0: (row * rows) / level,
              x1: ((column + 1) * columns) / level,
              y1: ((row + 1) * rows) / level,
            };
            poolCells(map, columns, 1, area, target);
            sum += target[0]! / (level * level);
          }
        expect(sum).toBeCloseTo(map.reduce((a, b) => a + b) / map.length, 4);
      }),
    );
  });
});
