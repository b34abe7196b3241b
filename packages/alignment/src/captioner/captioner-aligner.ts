import { KaleidoError } from '@kaleido/foundation';
import type { AlignableProducts, Aligner, AlignOptions } from '../aligner.ts';
import { assertFeatureWidth } from '../assert-feature-width.ts';
import { type ContentWord, captionPhrases, rowPhrases } from '../caption-phrases.ts';
import { attendedMaps } from '../show-attend-tell/attended-maps.ts';
import { ShowAttendTell } from '../show-attend-tell/show-attend-tell.ts';
import { type WrittenCaption, writeCaptions } from '../show-attend-tell/write-captions.ts';
import { type AttentionChoice, attentionPairs, type MappedWord, meanMap } from './attention-pairs.ts';
import type { CaptionerSettings } from './captioner-settings.ts';
import { cellGrids } from './cell-grids.ts';
import type { FittedCaptioner } from './fitted-captioner.ts';
import { ownPieces } from './own-pieces.ts';

export interface CaptionerAlignerOptions extends AttentionChoice, Pick<CaptionerSettings, 'search' | 'words'> {
  /** The pieces of the captions by id. */
  readonly vocabulary: readonly string[];
}

/** Photographs that are captioned at once. */
const blockRows = 64;

/**
 * Aligns by where a captioner looks (paper 3.3), on the backend that is selected. Its tensors live while products are
 * aligned.
 * @throws KaleidoError for another vocabulary than the captioner's
 */
export function captionerAligner(captioner: FittedCaptioner, options: CaptionerAlignerOptions): Aligner {
  const { config } = captioner;
  const { vocabulary, search, words } = options;
  const G = config.cells;
  if (vocabulary.length !== config.vocabularySize)
    throw new KaleidoError({
      source: 'alignment',
      problem: 'the vocabulary is not that of the captioner',
      found: `${vocabulary.length} pieces, not ${config.vocabularySize}`,
      advice: 'give the tokenizer that the aligner was fitted with',
    });

  /** The words of each product that have a map. */
  async function mapped(
    model: ShowAttendTell,
    products: AlignableProducts,
    rows: readonly number[],
  ): Promise<MappedWord[][]> {
    const grids = await cellGrids(products.features, rows);
    const own = rows.map((row) => rowPhrases(products, row, vocabulary).flat());
    if (words === 'given') {
      const captions = rows.map((row) => ownPieces(products, row));
      const maps = await attendedMaps(model, grids, captions);
      return own.map((all, at) => all.map((word) => ({ word, map: mapOf(maps[at] as Float32Array, G, word) })));
    }
    // Not longer than the captions that it learnt, which are cut.
    const mostPieces = Math.max(1, products.textLength - 2);
    const written = await writeCaptions(model, grids, { search: { kind: search }, mostPieces });
    return own.map((all, at) => coinciding(all, written[at] as WrittenCaption, vocabulary, G));
  }

  return {
    async *align(products: AlignableProducts, { onProgress, signal }: AlignOptions = {}) {
      assertFeatureWidth(products.features, config.featureWidth);
      const model = ShowAttendTell.fromWeights(config, captioner.weights);
      try {
        for (let from = 0; from < products.rows; from += blockRows) {
          signal?.throwIfAborted();
          const to = Math.min(products.rows, from + blockRows);
          const rows = Array.from({ length: to - from }, (_, index) => from + index);
          for (const all of await mapped(model, products, rows)) yield attentionPairs(all, options);
          onProgress?.(to, products.rows);
        }
      } finally {
        model.dispose();
      }
    },
  };
}

/** The map of a word whose pieces are counted with [CLS], which has no row. @param attention [pieces, G] */
function mapOf(attention: Float32Array, G: number, { start, end }: ContentWord): Float32Array {
  return meanMap(attention, G, { start: start - 1, end: end - 1 });
}

/**
 * The words of a product's own caption that a written caption has too, with its maps. The n-th time that a word occurs,
 * it has the map of the n-th time that it was written, or of the last time.
 */
export function coinciding(
  own: readonly ContentWord[],
  { ids, attention }: Pick<WrittenCaption, 'ids' | 'attention'>,
  vocabulary: readonly string[],
  G: number,
): MappedWord[] {
  const maps = new Map<string, Float32Array[]>();
  for (const word of writtenWords(ids, vocabulary)) {
    const known = maps.get(word.text) ?? [];
    maps.set(word.text, [...known, mapOf(attention, G, word)]);
  }
  const seen = new Map<string, number>();
  return own.flatMap((word) => {
    const found = maps.get(word.text);
    if (found === undefined) return [];
    const before = seen.get(word.text) ?? 0;
    seen.set(word.text, before + 1);
    return [{ word, map: found[Math.min(before, found.length - 1)] as Float32Array }];
  });
}

/** The content words of a caption of pieces alone; they are counted as if it had [CLS]. */
function writtenWords(pieces: Int32Array, vocabulary: readonly string[]): readonly ContentWord[] {
  const ids = Int32Array.of(0, ...pieces, 0);
  const wordStarts = Uint8Array.from(ids, (id) => Number(!(vocabulary[id] as string).startsWith('##')));
  return captionPhrases(ids, wordStarts, ids.length, vocabulary).flat();
}
