import type { ColouredPuzzle, PuzzleExamples } from '@kaleido/eval/node';
import { averageOf, paintFeatures } from '@kaleido/insight';
import { type Box, kaleidoPatches, type RgbImage } from '@kaleido/kaleido-patches';
import { openFeatures } from '@kaleido/kaleido-patches/store';
import { type FeatureTable, featureSlots } from '@kaleido/layout';
import { jigsawPermutations } from '@kaleido/pretrain-tasks';
import type { PreparedSplit } from '@kaleido/splits';
import { alteredPictureOf, paintedPicture, pictureOf } from './report-pictures.ts';
import type { PuzzleAnswers } from './scoring-worker.ts';

/** Examples of each puzzle. */
const examples = 6;

/** Rows of the held-out split whose pictures the examples need: those of the first batch and their intruders. */
export function puzzlePictureRows(answers: readonly PuzzleAnswers[]): number[] {
  const batch = answers[0]?.batch;
  if (batch === undefined) return [];
  return [...batch.rows.slice(0, examples), ...batch.intruders.slice(0, examples)];
}

/**
 * The first puzzles of the held-out split, with their pictures and the model's answers.
 * @param paintedSize pixels per side of features that are a picture, or start with one
 */
export async function puzzleExamples(
  answers: readonly PuzzleAnswers[],
  split: PreparedSplit,
  pictures: ReadonlyMap<string, RgbImage>,
  paintedSize?: number,
): Promise<PuzzleExamples> {
  const [first] = answers;
  const rows = first?.batch.rows.slice(0, examples) ?? [];
  const found = first as PuzzleAnswers;
  const reader = await openFeatures(split.features);
  const table = await reader.load(puzzlePictureRows(answers)).finally(() => reader.close());
  const imageOf = (row: number): RgbImage => pictures.get(split.products[row]?.id ?? '') as RgbImage;
  const cells = (row: number, level: number): Box[] => {
    const image = imageOf(row);
    const box = boxOf(table, split, row, image);
    return kaleidoPatches(box, image)
      .filter((patch) => patch.level === level)
      .map((patch) => patch.box);
  };
  const each = <Value>(make: (row: number, index: number) => Promise<Value>): Promise<Value[]> =>
    Promise.all(rows.map(make));
  const coloured = (level: 4 | 5, index: number, row: number): Promise<ColouredPuzzle> =>
    colouredPuzzle(found, paintedSize, table, { level, index, row, image: imageOf(row), cells: cells(row, level) });
  return {
    rotation: await each(async (row, index) => {
      const truth = found.batch.rotationLabels[index] as number;
      const [whole] = cells(row, 1) as [Box];
      const picture = await alteredPictureOf(imageOf(row), whole, { turns: truth }, 128);
      return { picture, truth, answer: found.rotation[index] as number };
    }),
    jigsaw: await each(async (row, index) => {
      const order = (label: number): readonly number[] => jigsawPermutations[label] as readonly number[];
      const truth = order(found.batch.jigsawLabels[index] as number);
      const quarters = cells(row, 2);
      const pieces = await Promise.all(truth.map((patch) => pictureOf(imageOf(row), quarters[patch], 96, quarters[0])));
      return { pieces, truth, answer: order(found.jigsaw[index] as number) };
    }),
    camouflage: await each(async (row, index) => {
      const truth = found.batch.camouflageLabels[index] as number;
      const other = found.batch.intruders[index] as number;
      const ninths = cells(row, 3);
      const pieces = ninths.map((cell, place) =>
        place === truth
          ? pictureOf(imageOf(other), cells(other, 3)[place], 64, ninths[0])
          : pictureOf(imageOf(row), cell, 64, ninths[0]),
      );
      return { pieces: await Promise.all(pieces), truth, answer: found.camouflage[index] as number };
    }),
    grey: await each((row, index) => coloured(4, index, row)),
    blank: await each((row, index) => coloured(5, index, row)),
  };
}

interface ColouredCase {
  readonly level: 4 | 5;
  readonly index: number;
  readonly row: number;
  readonly image: RgbImage;
  readonly cells: readonly Box[];
}

async function colouredPuzzle(
  found: PuzzleAnswers,
  size: number | undefined,
  table: FeatureTable,
  { level, index, row, image, cells }: ColouredCase,
): Promise<ColouredPuzzle> {
  const F = table.featureWidth;
  const [ids, predicted, targets] =
    level === 4
      ? [found.batch.greyIds, found.grey, found.batch.greyTargets]
      : [found.batch.blankIds, found.blank, found.batch.blankTargets];
  const perRow = ids.length / found.batch.rows.length;
  const hidden = Array.from(ids.subarray(index * perRow, (index + 1) * perRow));
  const { mean, deviation } = found.statistics;
  const scaled = (values: Float32Array): Float32Array =>
    values.map((value, i) => (value - (mean[i] as number)) / (deviation[i] as number));
  const vector = (values: Float32Array, place: number): Float32Array =>
    values.slice((index * perRow + place) * F, (index * perRow + place + 1) * F);
  const divergences = hidden.map((_, place) =>
    divergence(softmax(scaled(vector(targets, place))), softmax(vector(predicted, place))),
  );
  const pieces = await Promise.all(cells.map((cell) => pictureOf(image, cell, 48, cells[0])));
  const puzzle = {
    pieces,
    hidden,
    divergence: divergences.reduce((sum, value) => sum + value, 0) / hidden.length,
    ...(level === 4
      ? {
          shown: await Promise.all(
            hidden.map((patch) =>
              alteredPictureOf(image, cells[patch] as Box, { grey: true, shape: cells[0] as Box }, 48),
            ),
          ),
        }
      : {}),
  };
  if (size === undefined) return puzzle;
  const pixels = size * size * 3;
  // A softmax does not determine the patch's brightness: it is taken from the patches that the model saw.
  const slots = level === 4 ? hidden.map((patch) => featureSlots.grey.start + patch) : otherSlots(hidden);
  const seen = new Float32Array(slots.length * F);
  table.copy(row, slots, seen);
  const brightnessOf = (slot: number): number => averageOf(seen.subarray(slot * F, slot * F + pixels));
  const painted = hidden.map((_, place) => {
    const brightness = level === 4 ? brightnessOf(place) : averageOf(Float32Array.from(slots.keys(), brightnessOf));
    const values = paintFeatures(vector(predicted, place), pixels, found.statistics, brightness);
    return paintedPicture(values, size, cells[0] as Box);
  });
  return { ...puzzle, painted: await Promise.all(painted) };
}

/** Slots of level 5's patches that were not hidden. */
function otherSlots(hidden: readonly number[]): number[] {
  return Array.from({ length: 25 }, (_, patch) => patch)
    .filter((patch) => !hidden.includes(patch))
    .map((patch) => featureSlots.blank.start + patch);
}

/** The object's box, from the first patch's stored position. */
function boxOf(table: FeatureTable, split: PreparedSplit, row: number, { width, height }: RgbImage): Box {
  const [x0 = 0, x1 = 0, y0 = 0, y1 = 0] = table.positions(row);
  const unit = split.positionScale === 'unit';
  return {
    x0: Math.round(x0 * (unit ? width : 1)),
    x1: Math.round(x1 * (unit ? width : 1)),
    y0: Math.round(y0 * (unit ? height : 1)),
    y1: Math.round(y1 * (unit ? height : 1)),
  };
}

function softmax(values: Float32Array): Float64Array {
  const largest = values.reduce((a, b) => Math.max(a, b));
  const exponentials = Float64Array.from(values, (value) => Math.exp(value - largest));
  const sum = exponentials.reduce((a, b) => a + b);
  return exponentials.map((value) => value / sum);
}

function divergence(target: Float64Array, predicted: Float64Array): number {
  return target.reduce(
    (sum, t, i) => sum + t * Math.log(Math.max(t, 1e-7) / Math.max(predicted[i] as number, 1e-7)),
    0,
  );
}
