import { ops, type Tensor, tf, valueAndGradients } from '@kaleido/backend';
import { type DropoutSeeds, dropoutSeeds, randomStream } from '@kaleido/foundation';
import type { ImageBatch, TextBatch } from '@kaleido/layout';
import { type Encoder, encoderOf, KaleidoBert } from '@kaleido/model';
import {
  batchOptions,
  imageBatch,
  type PretrainBatch,
  pretrainBatch,
  pretrainLosses,
  pretrainTasks,
  textBatch,
} from '@kaleido/pretrain-tasks';
import { AdamW } from '@kaleido/training';
import type { BenchSetting } from './bench-setting.ts';
import { syntheticSources } from './synthetic-sources.ts';

/** Seed of all random values: weights, products, batches, dropout. */
const seed = 1;

/** The released code's highest rate, kept constant: it does not affect the cost of a step. */
export const learningRate = 1e-4;

/**
 * The paper's pre-training step over one batch: the unweighted sum of the seven losses, their gradients, clipping by
 * the global norm and AdamW, as in the pre-training stage of the recipe `paper`.
 */
export class PretrainingStep {
  readonly setting: BenchSetting;
  readonly model: KaleidoBert;
  readonly batch: PretrainBatch;
  readonly #pairs: { readonly text: TextBatch; readonly image: ImageBatch };
  readonly #encoder: Encoder;
  #optimizer: AdamW;
  #step = 0;

  static async open(setting: BenchSetting): Promise<PretrainingStep> {
    const { config, batchSize, pairs } = setting;
    const size = {
      // At least two sub-categories with two products each, so that every product has a negative.
      rows: Math.max(4, 2 * batchSize, pairs),
      textLength: config.text_seq_len,
      vocabulary: config.vocab_size,
      featureWidth: config.patch_feature_size,
    };
    const sources = syntheticSources(size, seed);
    const rows = Array.from({ length: batchSize }, (_, row) => row);
    const batch = await pretrainBatch(sources, rows, batchOptions(config), randomStream(seed, 'batch'));
    const captions = Array.from({ length: pairs }, (_, row) => row);
    const image = await imageBatch(sources.features, [0]);
    return new PretrainingStep(setting, batch, { text: textBatch(sources.catalogue, captions), image });
  }

  private constructor(
    setting: BenchSetting,
    batch: PretrainBatch,
    pairs: { readonly text: TextBatch; readonly image: ImageBatch },
  ) {
    this.setting = setting;
    this.batch = batch;
    this.#pairs = pairs;
    this.model = KaleidoBert.create(setting.config, seed);
    this.#encoder = encoderOf(this.model);
    this.#optimizer = new AdamW(this.model.trainable());
  }

  /** Runs one step and returns the loss before it, a scalar that the caller disposes. */
  train(): Tensor {
    const { hidden_dropout_prob: rate } = this.setting.config;
    return this.#train(rate === 0 ? undefined : dropoutSeeds(seed, this.#step, 0));
  }

  /** Runs one step without dropout, so that another implementation must give the same losses. */
  trainPlainly(): Tensor {
    return this.#train(undefined);
  }

  /** Resets the moments and the step count, as if the current weights were the initial ones. */
  restart(): void {
    this.#optimizer.dispose();
    this.#optimizer = new AdamW(this.model.trainable());
    this.#step = 0;
  }

  /** Only the loss, without dropout and gradients; the caller disposes it. */
  forward(): Tensor {
    return tf.tidy(() => this.#loss(undefined));
  }

  /** Matching scores of the photograph with each caption, [pairs, 2], as in retrieval. */
  match(): Tensor {
    const captions = Int32Array.from({ length: this.setting.pairs }, (_, row) => row);
    return tf.tidy(() =>
      this.#encoder.matchPairs({ ...this.#pairs, captions, images: new Int32Array(this.setting.pairs) }),
    );
  }

  /** The tensor that a step updates last: once it is ready, the whole step is. */
  get lastMoved(): Tensor {
    return [...this.model.trainable().values()].at(-1) as Tensor;
  }

  get parameters(): number {
    return [...this.model.trainable().values()].reduce((sum, { size }) => sum + size, 0);
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.model.dispose();
  }

  #train(dropout: DropoutSeeds | undefined): Tensor {
    this.#step++;
    return tf.tidy(() => {
      const variables = this.model.trainable();
      const { value, gradients } = valueAndGradients(() => this.#loss(dropout), [...variables.values()]);
      const reached = [...variables].flatMap(([name, variable]) => {
        const gradient = gradients.get(variable.name);
        return gradient == null ? [] : [[name, gradient] as const];
      });
      this.#optimizer.apply(new Map(reached), learningRate);
      return value;
    });
  }

  #loss(dropout: DropoutSeeds | undefined): Tensor {
    const losses = pretrainLosses(this.#encoder, this.batch, dropout);
    return ops.addAll(pretrainTasks.map((task) => losses[task]));
  }
}
