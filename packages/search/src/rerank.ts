import { tf } from '@kaleido/backend';
import { combineScores } from '@kaleido/eval';
import { type FolderFiles, KaleidoError, type SafetensorsReader } from '@kaleido/foundation';
import type { TextBatch } from '@kaleido/layout';
import { encoderOf } from '@kaleido/model';
import type { ScoredRow } from './best-scores.ts';
import { type LoadedIndex, placeOf } from './load-index.ts';
import type { SearchModel } from './search-model.ts';
import { batchOf, openFeatures, readStoredFeatures, type StoredFeatures } from './segment-files.ts';

/** The second stage: the matching head reads the text together with each of the best photographs. */
export interface Rerank {
  /** How many of the best by embedding are put into a new order. */
  readonly best: number;
  /**
   * Weight of the match score beside the embeddings', 0..1, as a run has chosen it (`matchingWeight` of its
   * evaluation.json). Default 1: the matching head alone.
   */
  readonly matchingWeight?: number;
}

export interface RerankedRow extends ScoredRow {
  /** Probability that text and photograph belong together, 0..1. */
  readonly match: number;
}

/** Pairs per pass through the model. */
const pairsPerPass = 16;

/** @throws KaleidoError for an index without features */
export async function rerank(
  files: FolderFiles,
  index: LoadedIndex,
  { model, tokenizer }: SearchModel,
  text: string,
  found: readonly ScoredRow[],
  { matchingWeight = 1 }: Rerank,
): Promise<RerankedRow[]> {
  if (!index.manifest.features)
    throw new KaleidoError({
      source: 'search',
      problem: `the index ${files.name} has no features, which the second stage reads`,
      advice: 'build it with --features (features: true), or search without rerank',
    });
  if (found.length === 0) return [];
  const { ids } = tokenizer.encode(text, { maximumLength: model.config.text_seq_len });
  const textBatch: TextBatch = { size: 1, textLength: ids.length, ids, mask: new Float32Array(ids.length).fill(1) };
  const logits: number[] = [];
  for await (const features of featuresOf(files, index, found)) {
    const image = batchOf(features);
    const pairs = tf.tidy(() =>
      encoderOf(model).matchPairs({
        text: textBatch,
        image,
        captions: new Int32Array(image.size),
        images: Int32Array.from({ length: image.size }, (_, row) => row),
      }),
    ); // [B, 2]
    const values = await pairs.data<'float32'>().finally(() => pairs.dispose());
    for (let row = 0; row < image.size; row++)
      logits.push((values[2 * row + 1] as number) - (values[2 * row] as number));
  }
  const combined = combineScores(
    found.map(({ score }) => score),
    logits,
    matchingWeight,
  );
  return found
    .map((row, place) => ({ ...row, match: 1 / (1 + Math.exp(-(logits[place] as number))), place }))
    .sort((a, b) => (combined[b.place] as number) - (combined[a.place] as number) || a.place - b.place)
    .map(({ place: _, ...row }) => row);
}

/** The features of some rows, for one pass after the other: those of many rows would fill the memory. */
async function* featuresOf(
  files: FolderFiles,
  index: LoadedIndex,
  rows: readonly ScoredRow[],
): AsyncGenerator<StoredFeatures[]> {
  const readers = new Map<string, SafetensorsReader>();
  try {
    for (let start = 0; start < rows.length; start += pairsPerPass) {
      const features: StoredFeatures[] = [];
      for (const scored of rows.slice(start, start + pairsPerPass)) {
        const { segment, row } = placeOf(index, scored.row);
        const reader = readers.get(segment.name) ?? (await openFeatures(files, segment.name, segment.products.length));
        readers.set(segment.name, reader);
        features.push(await readStoredFeatures(reader, row));
      }
      yield features;
    }
  } finally {
    for (const reader of readers.values()) await reader.close();
  }
}
