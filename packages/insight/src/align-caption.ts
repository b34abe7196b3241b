import type { Aligner } from '@kaleido/alignment';
import { KaleidoError } from '@kaleido/foundation';
import {
  type Alignment,
  type FeatureTable,
  featureSlotCount,
  patchCount,
  positionWidth,
  residentFeatures,
} from '@kaleido/layout';
import { type ReadCaption, readCaption, wordStartsOf } from './read-caption.ts';
import type { Reader } from './reader.ts';

/** A caption with the pairs of word piece and patch that show the same thing. */
export interface AlignedCaption {
  readonly caption: ReadCaption;
  readonly pairs: readonly Alignment[];
}

/** A photograph's features, as `look` gives them. */
export interface LookedAt {
  /** [74, F] */
  readonly slots: Float32Array;
  readonly batch: { readonly featureWidth: number; readonly positions: Float32Array };
}

export interface AlignCaptionOptions {
  /** The features that the aligner was fitted to, where it was only a part of the model's. Default: all of them. */
  readonly columns?: { readonly start: number; readonly width: number };
  /** The product's sub-category, by which some aligners know a part's place. Default: unknown. */
  readonly group?: string;
}

/**
 * Pairs the words of a caption with patches of its photograph.
 * @param photograph `await kaleido.look(...)`
 * @throws KaleidoError for columns that the features do not have
 */
export async function alignCaption(
  { model, tokenizer }: Reader,
  aligner: Aligner,
  photograph: LookedAt,
  caption: string,
  { columns, group = '' }: AlignCaptionOptions = {},
): Promise<AlignedCaption> {
  const read = readCaption(caption, tokenizer, model.config.text_seq_len);
  const T = read.ids.length;
  const products = {
    rows: 1,
    textLength: T,
    ids: read.ids,
    wordStarts: wordStartsOf(read),
    lengths: Int32Array.of(T),
    groups: [group],
    features: residentFeatures(tableOf(photograph, columns)),
  };
  for await (const pairs of aligner.align(products)) return { caption: read, pairs };
  return { caption: read, pairs: [] };
}

/** One photograph's features as a table of one row. */
function tableOf({ slots, batch }: LookedAt, columns: AlignCaptionOptions['columns']): FeatureTable {
  const F = batch.featureWidth;
  const { start, width } = columns ?? { start: 0, width: F };
  if (!(Number.isInteger(start) && Number.isInteger(width) && start >= 0 && width > 0 && start + width <= F))
    throw new KaleidoError({
      source: 'insight',
      problem: `the columns must lie among the ${F} features of a patch`,
      found: `${start} to ${start + width}`,
      advice: 'give the place of the extractor that the aligner was fitted to, among the parts of the joined one',
    });
  return {
    rows: 1,
    featureWidth: width,
    copy(_, wanted, target, offset = 0) {
      for (const [at, slot] of wanted.entries()) {
        if (!(slot >= 0 && slot < featureSlotCount)) throw new RangeError(`there is no slot ${slot}`);
        target.set(slots.subarray(slot * F + start, slot * F + start + width), offset + at * width);
      }
    },
    positions: () => batch.positions.subarray(0, patchCount * positionWidth),
  };
}
