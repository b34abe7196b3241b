import { type MaskedPieces, type NeighbourCounts, type WordFigures, wordFigures } from '@kaleido/eval';
import { KaleidoError, randomStream } from '@kaleido/foundation';
import {
  type MaskingVocabulary,
  type NegativeRule,
  negativeRule,
  predictionsOf,
  type TaskCatalogue,
} from '@kaleido/pretrain-tasks';
import { maskForReading } from './mask-for-reading.ts';
import type { SplitScorer } from './score-split.ts';

export interface ReadWordsOptions {
  readonly catalogue: TaskCatalogue;
  readonly vocabulary: MaskingVocabulary;
  /** Rows whose captions are masked. */
  readonly rows: readonly number[];
  /** Draws the masked words and the other photographs. */
  readonly seed: number;
  /** Of the training captions, for the baselines. */
  readonly counts?: NeighbourCounts | undefined;
  /** What each piece of a row's caption speaks of, if the data say it. */
  readonly aspectsOf?: ((row: number) => readonly (string | undefined)[]) | undefined;
}

/**
 * How well a model names masked words of unseen captions: with their photographs, with those of other products, and
 * without.
 * @throws KaleidoError if no caption has a word, or a row has no photograph of another product
 */
export async function readWords(scorer: SplitScorer, options: ReadWordsOptions): Promise<WordFigures> {
  const { rows, seed } = options;
  const masked = maskedPieces(options);
  if (masked.truth.length === 0)
    throw new KaleidoError({
      source: 'scoring',
      problem: 'words cannot be measured: no caption has a word',
      found: `${rows.length} captions`,
      advice: 'give products with captions',
    });
  const isOther = negativeRule(options.catalogue);
  const others = rows.map((row) => otherRow(options.catalogue, row, isOther, seed));
  return wordFigures(
    masked,
    {
      ownPhotograph: await scorer.readWords({ rows, photographs: rows, seed }),
      otherPhotograph: await scorer.readWords({ rows, photographs: others, seed }),
      noPhotograph: await scorer.readWords({ rows, photographs: undefined, seed }),
    },
    options.counts,
  );
}

function maskedPieces({ catalogue, vocabulary, rows, seed, aspectsOf }: ReadWordsOptions): MaskedPieces {
  const truth: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const aspects: (string | undefined)[] = [];
  let captions = 0;
  for (const row of rows) {
    const masked = maskForReading(catalogue, row, vocabulary, seed);
    const spoken = aspectsOf?.(row);
    const count = predictionsOf(masked);
    if (count > 0) captions++;
    const pieceAt = (at: number): number => catalogue.ids[row * catalogue.textLength + at] as number;
    for (let index = 0; index < count; index++) {
      const at = masked.positions[index] as number;
      truth.push(masked.labels[index] as number);
      left.push(pieceAt(at - 1));
      right.push(pieceAt(at + 1));
      aspects.push(spoken?.[at]);
    }
  }
  return {
    captions,
    truth: Int32Array.from(truth),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    ...(aspectsOf === undefined ? {} : { aspects }),
  };
}

/**
 * A row whose photograph shows another product. From all rows, not from those of the same sub-category: a
 * photograph that says nothing of the caption.
 */
function otherRow(catalogue: TaskCatalogue, row: number, isOther: NegativeRule, seed: number): number {
  const first = randomStream(seed, 'other photograph', row).integer(catalogue.rows);
  // From a random row on, so that a row is found wherever there is one.
  for (let step = 0; step < catalogue.rows; step++) {
    const other = (first + step) % catalogue.rows;
    if (isOther(row, other)) return other;
  }
  throw new KaleidoError({
    source: 'scoring',
    problem: 'words cannot be measured with the photograph of another product: there is none',
    found: `${catalogue.rows} ${catalogue.rows === 1 ? 'picture' : 'pictures'}`,
    advice: 'give more products in the split to measure on',
  });
}
