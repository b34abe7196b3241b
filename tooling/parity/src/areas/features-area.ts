import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Backend, selectBackend, tf } from '@kaleido/backend';
import type { StoredTensor } from '@kaleido/foundation';
import {
  type ConvolutionalNetwork,
  mobileNetV2,
  normaliseForImageNet,
  objectInMask,
  type RgbImage,
  resizeImage,
  resizeRegion,
  resNet50V2Stage3,
  type SaliencyMask,
  u2netForeground,
  wholeImage,
} from '@kaleido/kaleido-patches';
import { decodeImage } from '@kaleido/kaleido-patches/node';
import { type Comparison, compareItems, compareNumbers, skipped } from '../comparison.ts';
import { numbersOf, readJson, readTensors } from '../read-case.ts';
import { backendFactors } from '../tolerances.ts';

type Box = readonly [number, number, number, number];

interface GoldenImage {
  readonly name: string;
  readonly rgbSha256: string;
  readonly pillow: Readonly<Record<string, { readonly file: string }>>;
  readonly torch: Readonly<Record<string, { readonly step: number }>>;
  readonly input224: { readonly nhwcSha256: string };
  readonly saliency: {
    readonly mask: string;
    readonly box: Box;
    readonly boxAt049: Box;
    readonly boxAt051: Box;
    readonly boxMinMaxNormalised: Box;
    readonly boxInImage: Box;
  };
}

interface GoldenLayer {
  readonly layer: string;
  readonly shapeNCHW: readonly number[];
  readonly mean: number;
  readonly std: number;
  readonly firstChannels: readonly number[];
}

/** From shared/golden/features/README.md; for layers, which it does not cover, 1e-4 of their largest value. */
const tolerances = { torch: 2e-5, mobilenetv2: 1e-4, resnet50v2_stage3: 1e-5, cosine: 1e-5, levels: 2, layers: 1e-4 };

const networks: readonly {
  readonly key: 'mobilenetv2' | 'resnet50v2_stage3';
  readonly layers: string;
  readonly network: ConvolutionalNetwork;
  readonly file: string;
}[] = [
  { key: 'mobilenetv2', layers: 'mobilenetv2', network: mobileNetV2, file: 'mobilenetv2-1.0-imagenet.safetensors' },
  {
    key: 'resnet50v2_stage3',
    layers: 'resnet50v2',
    network: resNet50V2Stage3,
    file: 'resnet50-v2-stages1to3-imagenet-f16.safetensors',
  },
];

const u2netFile = 'u2netp.onnx';

/** Plain JavaScript, and WebGPU, which runs on a software adapter on machines without a GPU. */
const slowBackends: ReadonlySet<Backend> = new Set(['cpu', 'webgpu']);

export interface FeaturesOptions {
  /** Folder with the networks' weights. Default: `../../weights` relative to the compared folder. */
  readonly weights?: string | undefined;
  /** Maximum number of images. Default: all, but one on backends that take minutes for each. */
  readonly cases?: number | undefined;
}

/** Compares photographs with results of Pillow, PyTorch and onnxruntime: `images.json` and the files it names. */
export async function compareFeatures(
  folder: string,
  backends: readonly Backend[],
  { weights = join(folder, '..', '..', 'weights'), cases }: FeaturesOptions = {},
): Promise<Comparison[]> {
  const { images: all } = (await readJson(join(folder, 'images.json'))) as { readonly images: readonly GoldenImage[] };
  const images = all.slice(0, cases);
  const expected = await readTensors(join(folder, 'expected.safetensors'));
  const comparisons: Comparison[] = [];
  for (const image of images) comparisons.push(...(await compareResizes(folder, image, expected)));
  for (const backend of backends) {
    await selectBackend({ prefer: backend });
    const seen = cases === undefined && slowBackends.has(backend) ? images.slice(0, 1) : images;
    const found: Comparison[] =
      seen.length < images.length
        ? [
            skipped(
              `${images.length - seen.length} images`,
              'they would take an hour; --cases says how many to compare',
            ),
          ]
        : [];
    for (const { key, layers, network, file } of networks)
      found.push(
        ...(existsSync(join(weights, file))
          ? await compareNetwork(
              folder,
              seen,
              expected,
              await readFile(join(weights, file)),
              key,
              layers,
              network,
              backend,
            )
          : [skipped(key, `there is no ${join(weights, file)}`)]),
      );
    found.push(
      ...(existsSync(join(weights, u2netFile))
        ? await compareMasks(folder, seen, await readFile(join(weights, u2netFile)), backend)
        : [skipped('masks', `there is no ${join(weights, u2netFile)}`)]),
    );
    comparisons.push(...found.map((one) => ({ ...one, backend })));
  }
  return comparisons;
}

async function decode(path: string): Promise<RgbImage> {
  return decodeImage(await readFile(path), path);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function compareResizes(
  folder: string,
  { name, rgbSha256, pillow, torch, input224 }: GoldenImage,
  expected: ReadonlyMap<string, StoredTensor>,
): Promise<Comparison[]> {
  const image = await decode(join(folder, 'images', `${name}.png`));
  const comparisons = [compareItems(`${name} decoded`, [sha256(image.data)], [rgbSha256])];
  const sizeOf = (text: string): { width: number; height: number } => {
    const [width, height] = text.split('x').map(Number) as [number, number];
    return { width, height };
  };
  for (const [key, { file }] of Object.entries(pillow)) {
    const [filter, size] = key.split('-') as ['bilinear' | 'bicubic', string];
    const { data } = await decode(join(folder, file));
    const own = resizeImage(image, wholeImage(image), sizeOf(size), filter);
    comparisons.push(compareNumbers(`${name} pillow ${filter}`, own.data, data, () => 1));
  }
  for (const [key, { step }] of Object.entries(torch)) {
    const [kind, size] = key.split('.') as [string, string];
    const { width, height } = sizeOf(size);
    const antialias = kind.endsWith('antialias');
    const whole = resizeRegion(image, wholeImage(image), { width, height }, { antialias });
    const kept: number[] = [];
    for (let y = 0; y < height; y += step)
      for (let x = 0; x < width; x += step)
        for (let channel = 0; channel < 3; channel++) kept.push(whole[3 * (y * width + x) + channel]! / 255);
    const stored = expected.get(`${name}.${key}`);
    comparisons.push(
      stored === undefined
        ? skipped(`${name} ${kind}`, 'it is not in expected.safetensors')
        : compareNumbers(`${name} ${kind}`, kept, numbersOf(stored, key), () => tolerances.torch),
    );
  }
  const input = await networkInput(folder, name);
  comparisons.push(compareItems(`${name} input`, [sha256(new Uint8Array(input.buffer))], [input224.nhwcSha256]));
  return comparisons;
}

/** The stored picture of 224 x 224, normalised, [224, 224, 3]. */
async function networkInput(folder: string, name: string): Promise<Float32Array> {
  const { data } = await decode(join(folder, 'resized', `${name}-bilinear-224x224.png`));
  return normaliseForImageNet(Float32Array.from(data));
}

async function compareNetwork(
  folder: string,
  images: readonly GoldenImage[],
  expected: ReadonlyMap<string, StoredTensor>,
  weights: Uint8Array,
  key: 'mobilenetv2' | 'resnet50v2_stage3',
  layersKey: string,
  network: ConvolutionalNetwork,
  backend: Backend,
): Promise<Comparison[]> {
  const factor = backendFactors[backend];
  const golden = (await readJson(join(folder, 'layers.json'))) as Readonly<
    Record<string, Readonly<Record<string, readonly GoldenLayer[]>>>
  >;
  const loaded = network.load(weights);
  const comparisons: Comparison[] = [];
  try {
    for (const { name } of images) {
      const input = await networkInput(folder, name);
      const layers = new Map((golden[name]?.[layersKey] ?? []).map((layer) => [layer.layer, layer]));
      const seen: { readonly layer: GoldenLayer; readonly output: ReturnType<typeof tf.clone> }[] = [];
      const vector = tf.tidy(() => {
        const map = loaded.featureMap(tf.tensor4d(input, [1, 224, 224, 3]), (layer, output) => {
          const known = layers.get(layer);
          if (known !== undefined) seen.push({ layer: known, output: tf.keep(tf.clone(output)) });
        });
        return tf.mean(map, [1, 2]);
      });
      const features = await vector.data();
      vector.dispose();
      const stored = expected.get(`${name}.${key}`);
      if (stored === undefined) comparisons.push(skipped(`${name} ${key}`, 'it is not in expected.safetensors'));
      else {
        const wanted = numbersOf(stored, key);
        comparisons.push(
          compareNumbers(`${name} ${key}`, features, wanted, () => factor * tolerances[key]),
          compareNumbers(`${name} ${key} cosine`, [cosine(features, wanted)], [1], () => factor * tolerances.cosine),
        );
      }
      for (const { layer, output } of seen) {
        const values = await output.data();
        output.dispose();
        comparisons.push(...compareLayer(`${name} ${key} layers`, layer, values, factor));
      }
    }
  } finally {
    loaded.dispose();
  }
  return comparisons;
}

/** Compares the mean, standard deviation and first channels at the centre of a layer's output. */
function compareLayer(
  name: string,
  { shapeNCHW, mean, std, firstChannels }: GoldenLayer,
  values: ArrayLike<number>,
  factor: number,
): Comparison[] {
  const [, channels, height, width] = shapeNCHW as [number, number, number, number];
  const middle = (Math.floor(height / 2) * width + Math.floor(width / 2)) * channels;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    squares += values[i]! ** 2;
  }
  const average = sum / values.length;
  const found = [average, Math.sqrt(Math.max(0, squares / values.length - average ** 2))];
  for (let i = 0; i < firstChannels.length; i++) found.push(values[middle + i]!);
  return [
    compareNumbers(
      name,
      found,
      [mean, std, ...firstChannels],
      (largest) => factor * tolerances.layers * Math.max(1, largest),
    ),
  ];
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [product, first, second] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!;
    first += a[i]! ** 2;
    second += b[i]! ** 2;
  }
  return product / Math.sqrt(first * second);
}

async function compareMasks(
  folder: string,
  images: readonly GoldenImage[],
  onnx: Uint8Array,
  backend: Backend,
): Promise<Comparison[]> {
  const factor = backendFactors[backend];
  const finder = await u2netForeground(onnx);
  const comparisons: Comparison[] = [];
  try {
    for (const { name, saliency } of images) {
      const image = await decode(join(folder, 'images', `${name}.png`));
      const mask = await finder.mask(image);
      const levels = mask.shares.map((share) => Math.round(255 * share));
      const { data } = await decode(join(folder, saliency.mask));
      const wanted = data.filter((_, i) => i % 3 === 0);
      comparisons.push(compareNumbers(`${name} mask`, levels, wanted, () => factor * tolerances.levels));
      comparisons.push(...compareBoxes(name, mask, image, saliency));
    }
  } finally {
    finder.dispose();
  }
  return comparisons;
}

/** The box at threshold 0.5 must be between those at 0.49, at 0.51 and of the normalised mask, within one cell. */
function compareBoxes(
  name: string,
  mask: SaliencyMask,
  image: RgbImage,
  { box, boxAt049, boxAt051, boxMinMaxNormalised, boxInImage }: GoldenImage['saliency'],
): Comparison[] {
  const corners = (size: { readonly width: number; readonly height: number }): number[] => {
    const { x0, y0, x1, y1 } = objectInMask(mask, size, { padding: 0, keep: 0 });
    return [x0, y0, x1, y1];
  };
  const all = [box, boxAt049, boxAt051, boxMinMaxNormalised];
  const outside = corners(mask).map((value, i) => {
    const side = all.map((one) => one[i]!);
    return Math.max(0, Math.min(...side) - value, value - Math.max(...side));
  });
  const perPlace = Math.max(image.width / mask.width, image.height / mask.height);
  return [
    compareNumbers(`${name} box`, outside, [0, 0, 0, 0], () => 1),
    // Our boxes are in whole pixels, rounded outwards.
    compareNumbers(`${name} box in image`, corners(image), [...boxInImage], () => perPlace + 1),
  ];
}
