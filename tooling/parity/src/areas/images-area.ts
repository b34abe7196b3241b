import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { KaleidoError } from '@kaleido/foundation';
import { backgroundColourForeground, kaleidoPatches, type RgbImage } from '@kaleido/kaleido-patches';
import { decodeImage } from '@kaleido/kaleido-patches/node';
import { type Comparison, compareItems, compareNumbers, skipped } from '../comparison.ts';
import { readJson } from '../read-case.ts';

interface Picture {
  readonly file: string;
  readonly outcome: 'decodes' | 'refused' | 'either';
  readonly width?: number;
  readonly height?: number;
  readonly expected?: string;
  readonly maxDifference?: number;
  readonly meanDifference?: number;
  readonly maxMegabytes?: number;
}

/** Compares decoding of valid and broken pictures: `expected.json` and `files/`. */
export async function compareImages(folder: string): Promise<Comparison[]> {
  const { pictures } = (await readJson(join(folder, 'expected.json'))) as { readonly pictures: readonly Picture[] };
  const comparisons: Comparison[] = [];
  for (const picture of pictures) comparisons.push(...(await comparePicture(folder, picture)));
  return comparisons;
}

async function comparePicture(folder: string, picture: Picture): Promise<Comparison[]> {
  const { file, outcome, maxMegabytes } = picture;
  const path = join(folder, 'files', file);
  const comparisons: Comparison[] = [];
  const found = await attempt(path, file);
  const refusal = KaleidoError.isInstance(found) ? found : undefined;
  const word = refusal === undefined ? 'decodes' : 'refused';
  comparisons.push(compareItems(`${file} outcome`, [word], [outcome === 'either' ? word : outcome]));
  if (refusal !== undefined)
    comparisons.push(compareItems(`${file} error names it`, [refusal.message.includes(file)], [true]));
  else comparisons.push(...(await compareDecoded(folder, picture, found as RgbImage)));
  if (maxMegabytes !== undefined)
    comparisons.push(compareNumbers(`${file} megabytes`, [await megabytesOf(path)], [0], () => maxMegabytes));
  return comparisons;
}

async function attempt(path: string, file: string): Promise<RgbImage | KaleidoError> {
  const bytes = await readFile(path);
  try {
    return await decodeImage(bytes, file);
  } catch (error) {
    if (KaleidoError.isInstance(error)) return error;
    throw error;
  }
}

async function compareDecoded(folder: string, picture: Picture, image: RgbImage): Promise<Comparison[]> {
  const { file, width, height, expected, maxDifference = 0, meanDifference = 0 } = picture;
  const box = await backgroundColourForeground().find(image);
  const patches = kaleidoPatches(box, image);
  const comparisons = [
    compareItems(`${file} patches`, [patches.length, patches.every(({ box: { x0, x1 } }) => x1 > x0)], [55, true]),
  ];
  if (expected === undefined) return [...comparisons, skipped(`${file} pixels`, 'no picture says what they should be')];
  const { data } = await decodeImage(await readFile(join(folder, expected)), expected);
  const sum = data.reduce((total, value, i) => total + Math.abs(value - (image.data[i] ?? Number.NaN)), 0);
  return [
    ...comparisons,
    compareItems(`${file} size`, [image.width, image.height], [width, height]),
    compareNumbers(`${file} levels`, image.data, data, () => maxDifference),
    compareNumbers(`${file} mean levels`, [sum / data.length], [0], () => meanDifference),
  ];
}

/** Peak memory growth of a separate process that decodes the file. */
async function megabytesOf(path: string): Promise<number> {
  // Node 20 cannot run TypeScript sources, so they use the built script.
  const built = import.meta.url.endsWith('.ts') ? '../../dist/measure-decode.js' : '../measure-decode.js';
  const script = fileURLToPath(new URL(built, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, path]);
  return Number(stdout);
}
