import { basename } from 'node:path';
import { evaluateForeground, intersectionOverUnion } from '@kaleido/foreground-training/node';
import { randomStream } from '@kaleido/foundation';
import {
  enlargeMask,
  type ForegroundBox,
  type ForegroundFinder,
  type MaskingFinder,
  objectInMask,
  type RgbImage,
  type SaliencyMask,
} from '@kaleido/kaleido-patches';
import { createForegroundFinder } from '@kaleido/kaleido-patches/node';
import { type Photograph, photographs } from './photographs.ts';

export interface ForegroundQualityOptions {
  /** Folders of real photographs. */
  readonly data: readonly string[];
  readonly split: string;
  /** Maximum number of photographs per folder, drawn evenly. */
  readonly most: number;
  /** Number of photographs of the atelier, over its three kinds of background. */
  readonly atelier: number;
  readonly seed: number;
  /** Path of other weights for the network. */
  readonly weights?: string | undefined;
  readonly onMessage: (message: string) => void;
}

/** One row of figures; shares from 0 to 1. */
export interface QualityRow {
  readonly data: string;
  readonly finder: string;
  readonly figures: Readonly<Record<string, number>>;
}

const kinds = ['u2net', 'network', 'background-colour'] as const;

/** Masks against the atelier's, agreement with U^2-Net on photographs, and how often the whole picture is taken. */
export async function foregroundQuality(options: ForegroundQualityOptions): Promise<QualityRow[]> {
  const { data, split, most, atelier, seed, weights, onMessage } = options;
  const finders = await Promise.all(
    kinds.map(async (kind) => ({
      kind,
      finder: await createForegroundFinder({
        kind,
        cutOut: true,
        ...(kind === 'network' && weights !== undefined ? { weights } : {}),
      }),
    })),
  );
  const rows: QualityRow[] = [];
  for (const { kind, finder } of finders) {
    onMessage(`atelier, ${kind}`);
    // The background-colour finder may give no mask: then the whole picture is object.
    const masks = isMasking(finder) ? finder : { mask: (image: RgbImage) => maskOfBox(finder, image) };
    rows.push({ data: 'atelier', finder: kind, figures: await evaluateForeground(masks, seed, atelier) });
  }
  for (const folder of data) {
    onMessage(folder);
    const sums = new Map<string, { iou: number[]; boxes: number[]; fallbacks: number; milliseconds: number }>();
    for (const kind of kinds) sums.set(kind, { iou: [], boxes: [], fallbacks: 0, milliseconds: 0 });
    let count = 0;
    for await (const { image } of drawn(folder, split, most, seed)) {
      count += 1;
      // The others are compared with U^2-Net; each network runs once per image.
      const looks = new Map<string, Look>();
      for (const { kind, finder } of finders) looks.set(kind, await look(finder, image));
      const { shares: wanted, box: wantedBox } = looks.get('u2net')!;
      for (const [kind, { shares, box, milliseconds }] of looks) {
        const sum = sums.get(kind)!;
        sum.milliseconds += milliseconds;
        if (box.fallback !== undefined) sum.fallbacks += 1;
        sum.iou.push(intersectionOverUnion(shares, wanted));
        sum.boxes.push(boxOverlap(box, wantedBox));
      }
    }
    for (const [kind, { iou, boxes, fallbacks, milliseconds }] of sums)
      rows.push({
        data: basename(folder),
        finder: kind,
        figures: {
          photographs: count,
          'iou.u2net': mean(iou),
          'box.u2net': mean(boxes),
          fallbacks: fallbacks / count,
          milliseconds: milliseconds / count,
        },
      });
  }
  for (const { finder } of finders) finder.dispose?.();
  return rows;
}

interface Look {
  /** The mask in the size of the picture. */
  readonly shares: Float32Array;
  readonly box: ForegroundBox;
  readonly milliseconds: number;
}

async function look(finder: ForegroundFinder, image: RgbImage): Promise<Look> {
  const begun = performance.now();
  if (isMasking(finder)) {
    const mask = await finder.mask(image);
    const box = objectInMask(mask, image);
    return { box, milliseconds: performance.now() - begun, shares: enlargeMask(mask, image) };
  }
  const box = await finder.find(image);
  const milliseconds = performance.now() - begun;
  return { box, milliseconds, shares: (await maskOfBox({ find: async () => box }, image)).shares };
}

function isMasking(finder: ForegroundFinder): finder is MaskingFinder {
  return 'mask' in finder;
}

async function maskOfBox(finder: Pick<ForegroundFinder, 'find'>, image: RgbImage): Promise<SaliencyMask> {
  const { mask } = await finder.find(image);
  const { width, height } = image;
  return {
    width,
    height,
    shares: mask === undefined ? new Float32Array(width * height).fill(1) : Float32Array.from(mask),
  };
}

/** Draws photographs uniformly from the whole split. */
async function* drawn(folder: string, split: string, most: number, seed: number): AsyncGenerator<Photograph> {
  const random = randomStream(seed, 'photographs');
  const kept: Photograph[] = [];
  let seen = 0;
  // Reservoir sampling: the number of photographs is unknown until the end.
  for await (const photograph of photographs(folder, split)) {
    seen += 1;
    const at = kept.length < most ? kept.length : random.integer(seen);
    if (at < most) kept[at] = photograph;
  }
  yield* kept;
}

function boxOverlap(a: ForegroundBox, b: ForegroundBox): number {
  const area = ({ x0, y0, x1, y1 }: ForegroundBox): number => (x1 - x0) * (y1 - y0);
  const across = Math.max(0, Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0));
  const down = Math.max(0, Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0));
  return (across * down) / (area(a) + area(b) - across * down);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
