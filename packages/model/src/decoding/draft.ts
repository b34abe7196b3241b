import { KaleidoError } from '@kaleido/foundation';
import type { GeneratedCaption } from './generated-caption.ts';
import type { NextPieces, PieceReader } from './next-pieces.ts';

/** A caption as far as it is written. */
export interface Draft {
  readonly pieces: readonly number[];
  readonly logProbability: number;
  /** Of each piece, where it was asked for. */
  readonly attention: readonly Float32Array[];
  /** Whether [SEP] ended it. */
  readonly ended: boolean;
}

export const emptyDraft: Draft = { pieces: [], logProbability: 0, attention: [], ended: false };

/** How far captions may be written. */
export interface DraftLimits {
  readonly classification: number;
  readonly separator: number;
  /** The most pieces between [CLS] and [SEP]. */
  readonly mostPieces: number;
  /** See `CaptionMethod`. */
  readonly blockNgram: number;
}

/** The draft with another piece, as the reader predicted it in this row; [SEP] ends it. */
export function extended(
  { pieces, logProbability, attention }: Draft,
  piece: number,
  next: NextPieces,
  row: number,
  { vocabularySize: V }: Pick<PieceReader, 'vocabularySize'>,
  separator: number,
): Draft {
  const total = logProbability + (next.logProbabilities[row * V + piece] as number);
  if (piece === separator) return { pieces, logProbability: total, attention, ended: true };
  const P = (next.attention?.length ?? 0) / (next.logProbabilities.length / V);
  return {
    pieces: [...pieces, piece],
    logProbability: total,
    attention: next.attention === undefined ? [] : [...attention, next.attention.slice(row * P, (row + 1) * P)],
    ended: false,
  };
}

/** @throws KaleidoError for a caption without a probability: the weights or features are broken */
export function captionOf({ pieces, logProbability, attention, ended }: Draft): GeneratedCaption {
  if (!Number.isFinite(logProbability))
    throw new KaleidoError({
      source: 'model',
      problem: 'the model gives no piece of the caption a probability',
      found: logProbability,
      advice: 'check its weights and the features for NaN and infinite values',
    });
  return {
    ids: Int32Array.from(pieces),
    logProbability,
    cut: !ended,
    ...(attention.length === 0 ? {} : { attention: Float32Array.from(attention.flatMap((row) => [...row])) }),
  };
}

/**
 * The rows to read on: all of them, until half of them or more are done. Every other number of rows is another shape, and
 * a GPU compiles its kernels for each shape.
 */
export function rowsToKeep<Row>(rows: readonly Row[], isDone: (row: Row) => boolean): readonly Row[] {
  const open = rows.filter((row) => !isDone(row));
  return 2 * open.length <= rows.length ? open : rows;
}
