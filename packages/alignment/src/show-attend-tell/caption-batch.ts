import { KaleidoError } from '@kaleido/foundation';
import type { ShowAttendTellConfig } from './show-attend-tell-config.ts';

/** Captions with the grids of their images, as plain arrays; steps come before the batch. */
export interface CaptionBatch {
  /** B */
  readonly size: number;
  /** T, pieces of the longest caption and [SEP]. */
  readonly steps: number;
  /** [B, G, F] */
  readonly grids: Float32Array;
  /** [T, B] the piece read at each step: [CLS], then those of the caption. */
  readonly read: Int32Array;
  /** [T, B] the piece that follows: those of the caption, then [SEP]. */
  readonly next: Int32Array;
  /** [T, B] 1 for steps of the caption, 0 after its [SEP]. */
  readonly mask: Float32Array;
}

/**
 * @param grids [B, G, F]
 * @param captions the pieces of each image's caption, without [CLS] and [SEP]
 * @throws KaleidoError for grids of another size, and for a piece outside the vocabulary
 */
export function captionBatch(
  config: ShowAttendTellConfig,
  grids: Float32Array,
  captions: readonly Int32Array[],
): CaptionBatch {
  const B = captions.length;
  const T = Math.max(0, ...captions.map(({ length }) => length)) + 1;
  const { classification, separator, padding } = config.special;
  assertGrids(config, grids, B);
  const read = new Int32Array(T * B).fill(padding);
  const next = new Int32Array(T * B).fill(padding);
  const mask = new Float32Array(T * B);
  for (const [b, caption] of captions.entries()) {
    for (let t = 0; t <= caption.length; t++) {
      const piece = caption[t] ?? separator;
      if (piece < 0 || piece >= config.vocabularySize)
        throw new KaleidoError({
          source: 'alignment',
          problem: `piece ${t} of caption ${b} lies outside the ${config.vocabularySize} pieces of the captioner`,
          found: piece,
          advice: "use the captioner's tokenizer",
        });
      read[t * B + b] = caption[t - 1] ?? classification;
      next[t * B + b] = piece;
      mask[t * B + b] = 1;
    }
  }
  return { size: B, steps: T, grids, read, next, mask };
}

/** @throws KaleidoError for grids that do not have the configuration's cells and features */
export function assertGrids({ cells, featureWidth }: ShowAttendTellConfig, grids: Float32Array, images: number): void {
  if (grids.length === images * cells * featureWidth) return;
  throw new KaleidoError({
    source: 'alignment',
    problem: `the grids of ${images} images need ${images} x ${cells} cells x ${featureWidth} features`,
    found: grids.length,
    advice: 'give the features of every cell of every image',
  });
}
