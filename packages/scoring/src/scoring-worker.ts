import { ops, readAll, selectBackend, type Tensor, tf } from '@kaleido/backend';
import type { PieceAnswers } from '@kaleido/eval';
import { randomStream } from '@kaleido/foundation';
import { openFeatures } from '@kaleido/kaleido-patches/store';
import type { ImageBatch, TextBatch } from '@kaleido/layout';
import { type Encoder, encoderOf, jointPatches, modelFromWeights } from '@kaleido/model';
import {
  batchOptions,
  imageBatch,
  maskedBatch,
  negativeSampler,
  type PretrainBatch,
  pretrainBatch,
  textBatch,
} from '@kaleido/pretrain-tasks';
import { maskForReading } from './mask-for-reading.ts';
import type { SplitData } from './model-data.ts';

/** Vectors of the joint space, [rows, J] each. */
export interface Embeddings {
  readonly width: number;
  readonly text: Float32Array;
  readonly image: Float32Array;
}

/** Rows of puzzles with their questions and answers. */
export interface PuzzleAnswers {
  readonly batch: Omit<PretrainBatch, 'image' | 'text'>;
  /** Statistics by which the model standardises features; mean 0 and deviation 1 if it does not. */
  readonly statistics: { readonly mean: Float32Array; readonly deviation: Float32Array };
  readonly rotation: Int32Array;
  readonly jigsaw: Int32Array;
  readonly camouflage: Int32Array;
  /** [B 2, F] and [B 3, F]: predicted features up to a constant, in the features' own scale if standardised. */
  readonly grey: Float32Array;
  readonly blank: Float32Array;
}

/** Captions to be masked and read. */
export interface WordQuestion {
  readonly rows: readonly number[];
  /** The row whose photograph is shown with each caption; undefined: none is. */
  readonly photographs: readonly number[] | undefined;
  readonly seed: number;
}

/** Calls of a scoring worker. */
export type ScoringService = {
  embed(rows: readonly number[]): Promise<Embeddings>;
  /** Match logit differences of one photograph with several captions. */
  match(pairs: { readonly image: number; readonly texts: readonly number[] }[]): Promise<Float32Array[]>;
  solve(puzzles: { readonly rows: readonly number[]; readonly seed: number }): Promise<PuzzleAnswers>;
  /** The pieces masked in these rows' captions. */
  readWords(question: WordQuestion): Promise<PieceAnswers>;
};

/** Rows per pass; larger passes are not faster on one core. */
const rowsPerPass = 64;

/** Opens a trained model over a split; entry point of scoring threads. */
export async function open(data: SplitData): Promise<ScoringService> {
  await selectBackend({ prefer: data.backend, precision: data.precision, threads: data.threads });
  return scoringService(data);
}

async function scoringService(data: SplitData): Promise<ScoringService> {
  const { catalogue, config } = data;
  const encoder = encoderOf(modelFromWeights(config, data.weights));
  const features = await openFeatures(data.features);
  const seen = jointPatches(config);
  return {
    async embed(rows) {
      const parts: Tensor[][] = [];
      for (let start = 0; start < rows.length; start += rowsPerPass) {
        const some = rows.slice(start, start + rowsPerPass);
        const images = await imageBatch(features, some, seen);
        parts.push(
          tf.tidy(() => [encoder.encodeCaptions(textBatch(catalogue, some)).joint, encoder.projectImages(images)]),
        );
      }
      const width = parts[0]?.[0]?.shape[1] ?? 0;
      const text = await joined(
        parts.map(([side]) => side as Tensor),
        width,
      );
      const image = await joined(
        parts.map(([, side]) => side as Tensor),
        width,
      );
      tf.dispose(parts);
      return { width, text, image };
    },
    async match(pairs) {
      const results: Float32Array[] = [];
      for (const { image: row, texts } of pairs) {
        const image = await imageBatch(features, [row]);
        const scores = new Float32Array(texts.length);
        for (let start = 0; start < texts.length; start += rowsPerPass) {
          const some = texts.slice(start, start + rowsPerPass);
          const difference = tf.tidy(() => matchDifference(encoder, textBatch(catalogue, some), image));
          scores.set(await difference.data<'float32'>(), start);
          difference.dispose();
        }
        results.push(scores);
      }
      return results;
    },
    async readWords({ rows, photographs, seed }) {
      const pieces: number[] = [];
      const losses: number[] = [];
      for (let start = 0; start < rows.length; start += rowsPerPass) {
        const some = rows.slice(start, start + rowsPerPass);
        const { text, maskedPositions, maskedLabels, maskedWeights } = maskedBatch(
          catalogue,
          some,
          some.map((row) => maskForReading(catalogue, row, data.vocabulary, seed)),
        );
        const image = photographs && (await imageBatch(features, photographs.slice(start, start + rowsPerPass)));
        const answers = tf.tidy(() => {
          const logits = encoder.predictTokens(text, image, maskedPositions); // [B M, V]
          const labels = tf.tensor(maskedLabels, [maskedLabels.length], 'int32');
          return [tf.argMax(logits, -1), ops.softmaxCrossEntropy(logits, labels)];
        });
        const [found, loss] = (await readAll(answers)) as [Float32Array, Float32Array];
        tf.dispose(answers);
        for (const [at, weight] of maskedWeights.entries()) {
          if (weight === 0) continue;
          pieces.push(found[at] as number);
          losses.push(loss[at] as number);
        }
      }
      return { pieces: Int32Array.from(pieces), losses: Float32Array.from(losses) };
    },
    async solve({ rows, seed }) {
      const sources = { catalogue, features, negatives: negativeSampler(catalogue), vocabulary: data.vocabulary };
      const random = randomStream(seed, 'puzzles', rows[0] ?? 0);
      const drawn = await pretrainBatch(sources, rows, { ...batchOptions(config), mismatchRate: 0 }, random);
      const results = tf.tidy(() => {
        const { logits, featuresAt } = encoder.readBoth(drawn.text, drawn.image);
        return [
          tf.argMax(logits.rotation, -1),
          tf.argMax(logits.jigsaw, -1),
          tf.argMax(logits.camouflage, -1),
          featuresAt('grey', drawn.greyIds),
          featuresAt('blank', drawn.blankIds),
        ];
      });
      const [rotation, jigsaw, camouflage, grey, blank] = (await readAll(results)) as [
        Float32Array,
        Float32Array,
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      tf.dispose(results);
      const { image: _image, text: _text, ...batch } = drawn;
      return {
        batch,
        statistics: {
          mean: data.weights.get('kaleido/feature_mean') ?? new Float32Array(features.featureWidth),
          deviation: data.weights.get('kaleido/feature_deviation') ?? new Float32Array(features.featureWidth).fill(1),
        },
        rotation: Int32Array.from(rotation),
        jigsaw: Int32Array.from(jigsaw),
        camouflage: Int32Array.from(camouflage),
        grey,
        blank,
      };
    },
  };
}

/** Logit difference of match and no match of each caption with the one image, [captions]. */
function matchDifference(encoder: Encoder, text: TextBatch, image: ImageBatch): Tensor {
  const captions = Int32Array.from({ length: text.size }, (_, row) => row);
  const logits = encoder.matchPairs({ text, image, captions, images: new Int32Array(text.size) }); // [captions, 2]
  const column = (index: number): Tensor => tf.slice(logits, [0, index], [text.size, 1]);
  return tf.reshape(tf.sub(column(1), column(0)), [text.size]);
}

async function joined(parts: readonly Tensor[], width: number): Promise<Float32Array> {
  const values = await readAll(parts);
  const all = new Float32Array(values.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of values) {
    all.set(part, offset);
    offset += part.length;
  }
  return width === 0 ? new Float32Array(0) : all;
}
