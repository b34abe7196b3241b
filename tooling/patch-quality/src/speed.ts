import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Backend, selectBackend, tf } from '@kaleido/backend';
import { openParquetFolder } from '@kaleido/data/node';
import {
  backgroundColourForeground,
  convolutionalExtractor,
  foregroundWeightsUrl,
  kaleidoPatches,
  mobileNetV2,
  networkForeground,
  normaliseForImageNet,
  type PatchedImage,
  type RgbImage,
  resizeInto,
} from '@kaleido/kaleido-patches';
import { decodeImage } from '@kaleido/kaleido-patches/node';
import { weightsUrl } from '@kaleido/mobilenet-v2-weights';
import type { QualityRow } from './foreground-quality.ts';

export interface SpeedOptions {
  readonly data: string;
  readonly images: number;
  readonly backends: readonly Backend[];
  readonly threads: number;
  /** A Python with Pillow, PyTorch and pyarrow to compare with. */
  readonly python?: string | undefined;
  readonly onMessage: (message: string) => void;
}

const patchSize = { width: 64, height: 64 };
const cropBytes = 64 * 64 * 3;
const networkSize = { width: 224, height: 224 };

/** Images per second, ours and Python's alternately. */
export async function speed(options: SpeedOptions): Promise<QualityRow[]> {
  const { data, images, backends, threads, python, onMessage } = options;
  const files: Uint8Array[] = [];
  for await (const { image } of (await openParquetFolder(data)).products('validation')) {
    files.push(image.bytes);
    if (files.length >= images) break;
  }
  const rows: QualityRow[] = [];
  const add = (what: string, figures: Record<string, number>): void => {
    onMessage(
      `${what}: ${Object.entries(figures)
        .map(([name, value]) => `${name} ${value.toFixed(2)}`)
        .join(', ')}`,
    );
    rows.push({ data: 'speed', finder: what, figures });
  };
  // Warms up, then takes the medians of three runs alternating with Pillow.
  await pixelsAndGeometry(files.slice(0, 40));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < 3; round++) {
    ours.push(await pixelsAndGeometry(files));
    if (python !== undefined) theirs.push(await pythonRate(python, 'pillow.py', [data, String(files.length)]));
  }
  add('pixels and geometry', {
    'images/s': median(ours),
    ...(theirs.length > 0 ? { 'Pillow images/s': median(theirs), ratio: median(ours) / median(theirs) } : {}),
  });
  if (backends.length === 0) return rows;
  const patched = await Promise.all(files.slice(0, 6).map(patchedImage));
  for (const backend of backends) {
    await selectBackend({ prefer: backend, threads });
    await networkSpeed(backend, patched, python, threads, add);
  }
  return rows;
}

/** Decoding (in parallel with cutting), the box by the background's colour, 55 crops of 64 x 64. */
async function pixelsAndGeometry(files: readonly Uint8Array[]): Promise<number> {
  const finder = backgroundColourForeground();
  const crops = new Uint8Array(55 * cropBytes);
  const decode = (index: number) => {
    const bytes = files[index];
    return bytes === undefined ? undefined : decodeImage(bytes, String(index));
  };
  const begun = performance.now();
  let next = decode(0);
  for (let index = 0; next !== undefined; index++) {
    const image: RgbImage = await next;
    next = decode(index + 1);
    for (const [number, { box }] of kaleidoPatches(await finder.find(image), image).entries())
      resizeInto(image, box, patchSize, crops, number * cropBytes);
  }
  return (1000 * files.length) / (performance.now() - begun);
}

async function patchedImage(bytes: Uint8Array): Promise<PatchedImage> {
  const image = await decodeImage(bytes, 'photograph');
  return { image, patches: kaleidoPatches(await backgroundColourForeground().find(image), image) };
}

async function networkSpeed(
  backend: Backend,
  images: readonly PatchedImage[],
  python: string | undefined,
  threads: number,
  add: (what: string, figures: Record<string, number>) => void,
): Promise<void> {
  const weights = await readFile(weightsUrl);
  const network = mobileNetV2.load(weights);
  const crops = normaliseForImageNet(Float32Array.from({ length: 55 * 64 * 64 * 3 }, (_, i) => (i * 37) % 256));
  const x = tf.tensor4d(crops, [55, 64, 64, 3]);
  const pass = async (): Promise<void> => {
    const vectors = tf.tidy(() => tf.mean(network.featureMap(x), [1, 2]));
    await vectors.data();
    vectors.dispose();
  };
  await pass();
  const ours: number[] = [];
  const plain: number[] = [];
  const last: number[] = [];
  for (let round = 0; round < 3; round++) {
    ours.push(1000 / (await medianTime(pass, 7)));
    if (python === undefined || backend !== 'tensorflow') continue;
    plain.push(await pythonRate(python, 'mobilenet.py', [String(threads), 'contiguous_format']));
    last.push(await pythonRate(python, 'mobilenet.py', [String(threads), 'channels_last']));
  }
  x.dispose();
  network.dispose();
  add(`MobileNetV2 on 55 patches at 64 px, ${backend}`, {
    'images/s': median(ours),
    ...(plain.length > 0
      ? {
          'PyTorch images/s': median(plain),
          ratio: median(ours) / median(plain),
          'channels last images/s': median(last),
          'ratio to that': median(ours) / median(last),
        }
      : {}),
  });

  const each = await convolutionalExtractor(mobileNetV2, weights, { scheme: 'pass-per-patch', inputSize: networkSize });
  const pooled = await convolutionalExtractor(mobileNetV2, weights, { scheme: 'pooled-map', inputSize: networkSize });
  await pooled.extract(images.slice(0, 1));
  const eachTime = await medianTime(() => each.extract(images.slice(0, 1)), 1);
  const pooledTime = (await medianTime(() => pooled.extract(images), 3)) / images.length;
  each.dispose();
  pooled.dispose();
  add(`74 vectors at 224 px, ${backend}`, {
    'images/s pass-per-patch': 1000 / eachTime,
    'images/s pooled-map': 1000 / pooledTime,
    ratio: eachTime / pooledTime,
  });

  const finder = await networkForeground(await readFile(foregroundWeightsUrl));
  await finder.find(images[0]!.image);
  add(`own foreground network, ${backend}`, {
    milliseconds: await medianTime(() => finder.find(images[0]!.image), 15),
  });
  finder.dispose();
}

async function medianTime(run: () => Promise<unknown>, times: number): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const begun = performance.now();
    await run();
    taken.push(performance.now() - begun);
  }
  return median(taken);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** Runs a script of python/, which prints images per second. */
function pythonRate(python: string, script: string, given: readonly string[]): Promise<number> {
  const path = fileURLToPath(new URL(`../python/${script}`, import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(python, [path, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(Number(output)) : reject(new Error(`${script} ended with ${code}`)),
    );
  });
}
