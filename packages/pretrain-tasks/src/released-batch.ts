import { KaleidoError } from '@kaleido/foundation';
import { type ImageBatch, levelByName, patchCount, positionWidth, type TextBatch } from '@kaleido/layout';
import type { PretrainBatch } from './pretrain-batch.ts';
import { camouflageLabels, jigsawLabels, rotationLabels } from './puzzles.ts';

/** A column of some rows of the released data files, the rows one after another: [B, length]. */
export type ReleasedColumn = Int32Array | Float32Array;

/** Columns by the released code's names. */
export type ReleasedColumns = ReadonlyMap<string, ReleasedColumn>;

export interface ReleasedSizes {
  /** V, to check the ids. */
  readonly vocabularySize: number;
  /** F */
  readonly featureWidth: number;
}

/** The released code's name of each level, and ours. */
const levels = [
  { column: 'rotation', name: 'rotation' },
  { column: 'jigsaw', name: 'jigsaw' },
  { column: 'camouflage', name: 'camouflage' },
  { column: 'grey_mask', name: 'grey' },
  { column: 'blank_mask', name: 'blank' },
] as const;

/** Both sides of some rows of any of the released files. */
export interface ReleasedPairs {
  readonly text: TextBatch;
  /** Nothing is blanked, as in the released code's predictions and fine-tuning. */
  readonly image: ImageBatch;
}

/**
 * Captions and photographs of some rows. `image_mask` is ignored: the released code reads it and does not use it.
 * @throws KaleidoError for a column that is missing or of another length, an id beyond the vocabulary, a feature that is
 *   NaN
 */
export function releasedPairs(
  columns: ReleasedColumns,
  { vocabularySize, featureWidth: F }: ReleasedSizes,
): ReleasedPairs {
  const ids = integers(columns, 'input_ids');
  const B = rowsOf(columns, F);
  const T = ids.length / B;
  if (!Number.isInteger(T) || T === 0) throw wrong('input_ids', `must be as long in each of ${B} rows`, ids.length);
  assertBelow('input_ids', ids, vocabularySize);
  const segments = integers(columns, 'segment_ids', B * T);
  assertBelow('segment_ids', segments, 2);
  const features = new Float32Array(B * patchCount * F);
  const positions = new Float32Array(B * patchCount * positionWidth);
  for (const { column, name } of levels) {
    const { patches } = levelByName[name];
    const level = floats(columns, `img_feature_convert_${column}`, B * patches * F);
    const places = floats(columns, `img_loc_position_${column}`, B * patches * positionWidth);
    for (let b = 0; b < B; b++) {
      const at = b * patchCount + levelByName[name].start;
      features.set(level.subarray(b * patches * F, (b + 1) * patches * F), at * F);
      const width = patches * positionWidth;
      positions.set(places.subarray(b * width, (b + 1) * width), at * positionWidth);
    }
  }
  return {
    text: { size: B, textLength: T, ids, mask: floats(columns, 'input_mask', B * T), segments },
    image: { size: B, featureWidth: F, features, positions },
  };
}

/**
 * A batch of the released pre-training file, with the draws that were fixed when it was made.
 * @throws KaleidoError as `releasedPairs`, for labels and places outside their range, and patches named twice
 */
export function releasedBatch(columns: ReleasedColumns, sizes: ReleasedSizes): PretrainBatch {
  const { text, image } = releasedPairs(columns, sizes);
  const { size: B, textLength: T } = text;
  const { featureWidth: F } = image;
  const among = (name: string, bound: number, length?: number): Int32Array => {
    const values = integers(columns, name, length);
    assertBelow(name, values, bound);
    return values;
  };
  const patchIds = (name: string, bound: number): Int32Array => {
    const ids = among(name, bound);
    const each = ids.length / B;
    for (let b = 0; b < B; b++) {
      const own = [...ids.subarray(b * each, (b + 1) * each)];
      if (!Number.isInteger(each) || new Set(own).size !== each)
        throw wrong(name, `must name different patches in row ${b + 1}`, own);
    }
    return ids;
  };
  const greyIds = patchIds('img_grey_lm_ids', 16);
  const blankIds = patchIds('img_blank_lm_ids', 25);
  const K = blankIds.length / B;
  const blankKeep = new Float32Array(B * 25).fill(1);
  const blankTargets = new Float32Array(B * K * F);
  for (const [i, id] of blankIds.entries()) {
    const b = Math.floor(i / K);
    blankKeep[b * 25 + id] = 0;
    const start = (b * patchCount + levelByName.blank.start + id) * F;
    blankTargets.set(image.features.subarray(start, start + F), i * F);
  }
  const maskedPositions = among('masked_lm_positions', T);
  return {
    rows: Array.from({ length: B }, (_, b) => b),
    text,
    image: { ...image, blankKeep },
    maskedPositions,
    maskedLabels: among('masked_lm_ids', sizes.vocabularySize, maskedPositions.length),
    maskedWeights: floats(columns, 'masked_lm_weights', maskedPositions.length),
    matchLabels: among('nx_sent_labels', 2, B),
    rotationLabels: among('img_rotate_gt', rotationLabels, B),
    jigsawLabels: among('img_jigsaw_gt', jigsawLabels, B),
    camouflageLabels: among('img_camouflage_gt', camouflageLabels, B),
    // The file does not say which row the camouflaged patch is from.
    intruders: new Int32Array(B).fill(-1),
    greyIds,
    greyTargets: floats(columns, 'img_grey_mask_gt', greyIds.length * F),
    blankIds,
    blankTargets,
  };
}

/** The number of rows, by the column that has one patch per row. */
function rowsOf(columns: ReleasedColumns, featureWidth: number): number {
  const rows = (columns.get('img_feature_convert_rotation')?.length ?? 0) / featureWidth;
  if (Number.isInteger(rows) && rows > 0) return rows;
  throw wrong('img_feature_convert_rotation', `must have ${featureWidth} numbers a row`, rows * featureWidth);
}

function column(columns: ReleasedColumns, name: string, length?: number): ReleasedColumn {
  const found = columns.get(name);
  if (found === undefined) throw wrong(name, 'is missing', [...columns.keys()]);
  if (length !== undefined && found.length !== length) throw wrong(name, `must have ${length} values`, found.length);
  return found;
}

function integers(columns: ReleasedColumns, name: string, length?: number): Int32Array {
  const found = column(columns, name, length);
  return found instanceof Int32Array ? found : Int32Array.from(found);
}

function floats(columns: ReleasedColumns, name: string, length: number): Float32Array {
  const found = column(columns, name, length);
  const index = found.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) throw wrong(name, `has what is no number at ${index}`, String(found[index]));
  return found instanceof Float32Array ? found : Float32Array.from(found);
}

function assertBelow(name: string, values: Int32Array, bound: number): void {
  const index = values.findIndex((value) => value < 0 || value >= bound);
  if (index >= 0) throw wrong(name, `must be from 0 to ${bound - 1}, at ${index}`, values[index]);
}

function wrong(name: string, problem: string, found: unknown): KaleidoError {
  return new KaleidoError({
    source: 'pretrain-tasks',
    problem: `the column ${name} ${problem}`,
    found,
    advice: 'compare the file with the columns of the released code',
  });
}
