import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AlignerSettings,
  type AlignmentTable,
  type AlignOptions,
  alignmentTable,
  decodeAlignments,
  encodeAlignments,
  fitAligner,
  openAligner,
} from '@kaleido/alignment';
import { captionerTrainer, removeTrainingState, type TrainingThreads } from '@kaleido/alignment/node';
import { KaleidoError } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import { openFeatures } from '@kaleido/kaleido-patches/store';
import type { Alignment } from '@kaleido/layout';
import type { Tokenizer } from '@kaleido/tokenizer';
import type { PreparedSplit } from './prepared-split.ts';
import { sharedCatalogue } from './shared-catalogue.ts';

export interface AlignSplitOptions extends AlignOptions {
  readonly settings: AlignerSettings;
  /** With the features that the aligner reads. */
  readonly split: PreparedSplit;
  readonly tokenizer: Tokenizer;
  /** T, to which captions are cut. */
  readonly textLength: number;
}

export interface FitSplitOptions extends AlignSplitOptions {
  /** Folder that keeps features between runs. */
  readonly cache: string;
  /** On what an aligner is trained that needs training. */
  readonly training: TrainingThreads;
}

/** A fitted aligner, and the pairs of the split that it was fitted on. */
export interface FittedAlignments {
  /** The aligner as a file, for `alignWith`. */
  readonly aligner: Uint8Array;
  readonly table: AlignmentTable;
  /** Whether both already existed. */
  readonly cached: boolean;
}

/**
 * Fits an aligner to a split and aligns it. Both are kept in the cache, beside the features, and found again for the
 * same products, features, vocabulary and settings. An aligner that is trained keeps its state there too until it is
 * finished, and resumes from it. A captioner aligns on the backend that is selected.
 */
export async function alignSplit(options: FitSplitOptions): Promise<FittedAlignments> {
  const { settings, split, tokenizer, textLength, cache, training, onProgress, signal } = options;
  const provenance = {
    aligner: JSON.stringify(settings),
    features: split.key,
    vocabulary: hash([tokenizer.toVocabularyText(), tokenizer.normalization, textLength]),
    captions: hash(
      split.products.map(({ id, caption, subcategory, category }) => [id, caption, subcategory, category]),
    ),
  };
  const key = hash([provenance]).slice(0, 16);
  const files = [join(cache, `aligner-${key}.safetensors`), join(cache, `alignments-${key}.safetensors`)] as const;
  const [aligner, pairs] = await Promise.all(files.map((file) => readFile(file).catch(() => undefined)));
  if (aligner !== undefined && pairs !== undefined) {
    const table = whole(() => {
      openAligner(settings, aligner, files[0], tokenizer.vocabulary);
      return decodeAlignments(pairs, files[1], provenance);
    });
    if (table !== undefined) return { aligner, table, cached: true };
  }
  const products = await alignable(split, tokenizer, textLength);
  try {
    // Fitting and aligning have half of the progress each.
    const half = (part: number) => (done: number, total: number) => onProgress?.(part * total + done, 2 * total);
    const stop = signal === undefined ? {} : { signal };
    const folder = join(cache, `aligner-${key}`);
    const train = captionerTrainer({ ...training, folder });
    const fitted = await fitAligner(settings, products, tokenizer, { ...stop, train, onProgress: half(0) });
    const opened = openAligner(settings, fitted, files[0], tokenizer.vocabulary);
    const rows: (readonly Alignment[])[] = [];
    for await (const row of opened.align(products, { ...stop, onProgress: half(1) })) rows.push(row);
    await writeWhole(files[0], fitted);
    await writeWhole(files[1], encodeAlignments(rows, provenance));
    await removeTrainingState(folder);
    return { aligner: fitted, table: alignmentTable(rows), cached: false };
  } finally {
    await products.features.close?.();
  }
}

/** Aligns another split with an aligner that was fitted before, e.g. to measure it. @param aligner as a file */
export async function alignWith(
  aligner: Uint8Array,
  name: string,
  { settings, split, tokenizer, textLength, ...options }: AlignSplitOptions,
): Promise<AlignmentTable> {
  const opened = openAligner(settings, aligner, name, tokenizer.vocabulary);
  const products = await alignable(split, tokenizer, textLength);
  try {
    const rows: (readonly Alignment[])[] = [];
    for await (const row of opened.align(products, options)) rows.push(row);
    return alignmentTable(rows);
  } finally {
    await products.features.close?.();
  }
}

async function alignable({ products, features }: PreparedSplit, tokenizer: Tokenizer, textLength: number) {
  const { rows, ids, wordStarts, lengths } = sharedCatalogue(products, tokenizer, textLength);
  const groups = products.map(({ subcategory, category }) => subcategory || category || '');
  return { rows, textLength, ids, wordStarts, lengths, groups, features: await openFeatures(features) };
}

/** Undefined if a kept file is damaged: it is then made again. */
function whole<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!KaleidoError.isInstance(error)) throw error;
    return undefined;
  }
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
