import { readAll, selectBackend, type Tensor, tf } from '@kaleido/backend';
import { randomStream } from '@kaleido/foundation';
import { sharedFeatures } from '@kaleido/kaleido-patches';
import { type KaleidoBert, modelFromWeights } from '@kaleido/model';
import {
  batchOptions,
  imageBatch,
  negativeSampler,
  type PretrainBatch,
  pretrainBatch,
  textBatch,
  wholePatches,
} from '@kaleido/pretrain-tasks';
import type { WorkerData } from './worker-data.ts';

/** Vectors of the joint space, [rows, J] each. */
export interface Embeddings {
  readonly width: number;
  readonly text: Float32Array;
  readonly image: Float32Array;
}

/** A puzzle's rows with what was asked and answered. */
export interface PuzzleAnswers {
  readonly batch: Omit<PretrainBatch, 'image' | 'text'>;
  /** What the model standardises features by: mean 0 and deviation 1 where it does not. */
  readonly statistics: { readonly mean: Float32Array; readonly deviation: Float32Array };
  readonly rotation: Int32Array;
  readonly jigsaw: Int32Array;
  readonly camouflage: Int32Array;
  /** [B 2, F] and [B 3, F]: predicted features up to a constant, in the features' own scale where they are standardised. */
  readonly grey: Float32Array;
  readonly blank: Float32Array;
}

/** What the module of a scoring worker offers. */
export type ScoringService = {
  embed(rows: readonly number[]): Promise<Embeddings>;
  /** Match logit differences of one photograph with several captions. */
  match(pairs: { readonly image: number; readonly texts: readonly number[] }[]): Promise<Float32Array[]>;
  solve(puzzles: { readonly rows: readonly number[]; readonly seed: number }): Promise<PuzzleAnswers>;
};

/** Rows of one pass; larger ones gain nothing on one core. */
const rowsPerPass = 64;

/** Opens a trained model over a split: the module of scoring threads. */
export async function open(data: WorkerData): Promise<ScoringService> {
  await selectBackend({ prefer: data.backend, precision: data.precision, threads: data.threads });
  return scoringService(data);
}

export function scoringService(data: WorkerData): ScoringService {
  const model = modelFromWeights(data.config, data.weights);
  const { catalogue } = data;
  const features = sharedFeatures(data.features);
  return {
    async embed(rows) {
      const parts: Tensor[][] = [];
      for (let start = 0; start < rows.length; start += rowsPerPass) {
        const some = rows.slice(start, start + rowsPerPass);
        parts.push(
          tf.tidy(() => {
            const text = model.textInput(textBatch(catalogue, some));
            const captions = model.encodeText(model.embedText(text), text.mask).joint;
            if (model.jointReadsWhole)
              return [captions, model.encodeWhole(model.imageInput(imageBatch(features, some, wholePatches)))];
            const image = model.imageInput(imageBatch(features, some));
            return [captions, model.encodeImage(image, model.embedPatches(image)).joint];
          }),
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
      for (const { image, texts } of pairs) {
        const scores = new Float32Array(texts.length);
        for (let start = 0; start < texts.length; start += rowsPerPass) {
          const some = texts.slice(start, start + rowsPerPass);
          const difference = tf.tidy(() => matchDifference(model, data, features, image, some));
          scores.set(await difference.data<'float32'>(), start);
          difference.dispose();
        }
        results.push(scores);
      }
      return results;
    },
    async solve({ rows, seed }) {
      const sources = { catalogue, features, negatives: negativeSampler(catalogue), vocabulary: data.vocabulary };
      const random = randomStream(seed, 'puzzles', rows[0] ?? 0);
      const drawn = pretrainBatch(sources, rows, { ...batchOptions(data.config), mismatchRate: 0 }, random);
      const results = tf.tidy(() => {
        const output = model.forward(model.textInput(drawn.text), model.imageInput(drawn.image));
        const ids = (values: Int32Array): Tensor =>
          tf.tensor(values, [rows.length, values.length / rows.length], 'int32');
        const { rotation, jigsaw, camouflage } = output.logits;
        return [
          tf.argMax(rotation, -1),
          tf.argMax(jigsaw, -1),
          tf.argMax(camouflage, -1),
          model.predictFeatures(output.sequence, 'grey', ids(drawn.greyIds)),
          model.predictFeatures(output.sequence, 'blank', ids(drawn.blankIds)),
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

function matchDifference(
  model: KaleidoBert,
  { catalogue }: WorkerData,
  features: ReturnType<typeof sharedFeatures>,
  image: number,
  texts: readonly number[],
): Tensor {
  const text = model.textInput(textBatch(catalogue, texts));
  const patches = model.embedPatches(model.imageInput(imageBatch(features, [image]))); // [1, 55, D]
  const repeated = tf.tile(patches, [texts.length, 1, 1]);
  const { sequence } = model.encodeBoth(model.embedText(text), text.mask, repeated, { classOnly: true });
  const logits = model.match(model.pool(sequence)); // [texts, 2]
  const column = (index: number): Tensor => tf.slice(logits, [0, index], [texts.length, 1]);
  return tf.reshape(tf.sub(column(1), column(0)), [texts.length]);
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
