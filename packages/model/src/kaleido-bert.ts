// The whole of Kaleido-BERT (CVPR 2021, arXiv 2103.16110; layer by layer as in the released TensorFlow code).
//
//   caption -> [B, T] word pieces  -> text embeddings  [B, T, D] \
//                                                                 concat [B, S, D] -> L layers -> heads
//   image   -> [B, P, F] 55 patches -> patch embeddings [B, P, D] /
//
// Shapes: B batch, T text tokens, P patches (55), S = T + P sequence, A heads, D width, F feature width, V vocabulary,
// M masked tokens of a caption, J the joint space of the two sides. P is 55 unless a training step reads only some
// patches. Losses and optimisers are in @kaleido/pretrain-tasks and @kaleido/training.

import { createVariable, ops, type Tensor, tf, type Variable } from '@kaleido/backend';
import { type DropoutSeeds, KaleidoError } from '@kaleido/foundation';
import { type ImageBatch, type LevelName, levelByName, levelRanges, patchCount, type TextBatch } from '@kaleido/layout';
import { causalMask } from './causal-mask.ts';
import { jointPatches, type KaleidoBertConfig } from './kaleido-bert-config.ts';
import { type LayerMemory, remembered } from './layer-memory.ts';
import { levelAverages } from './level-averages.ts';
import type { ImageInput, TextInput } from './model-inputs.ts';
import { imageInput, textInput } from './plain-batches.ts';
import { initialValues, levelScopes, type VariableDescription, variableDescriptions } from './variables.ts';

/** The encoder's outputs, with all intermediate ones, so that tests, probes and pictures need no hooks. */
export interface EncoderOutput {
  /** Each layer's output, [B, S, D]. */
  readonly layers: readonly Tensor[];
  /** Each layer's attention, [B, A, S, S]; only on request. */
  readonly attentions: readonly Tensor[];
  /** The input of each layer's feed-forward block, [B, S, D]; only if attentions are requested. */
  readonly attended: readonly Tensor[];
  /** The last layer's output, [B, S, D]. */
  readonly sequence: Tensor;
  /** What positions after these need of each layer; only on request. */
  readonly memory: readonly LayerMemory[];
}

export interface KaleidoLogits {
  /** [B, 2]; class 1 = caption and photograph belong together */
  readonly match: Tensor;
  /** [B, 4] quarter turns of the level 1 patch */
  readonly rotation: Tensor;
  /** [B, 24] permutations of the level 2 patches */
  readonly jigsaw: Tensor;
  /** [B, 9] which level 3 patch is another product's */
  readonly camouflage: Tensor;
}

/** What `forward` returns. */
export interface KaleidoOutput extends EncoderOutput {
  readonly textEmbeddings: Tensor;
  readonly patchEmbeddings: Tensor;
  /** [B, D], tanh of the [CLS] position */
  readonly pooled: Tensor;
  readonly logits: KaleidoLogits;
}

export interface ForwardOptions {
  readonly dropout?: DropoutSeeds | undefined;
  /** Return every layer's attention too. */
  readonly attentions?: boolean;
}

export interface EncodeOptions extends ForwardOptions {
  /**
   * Compute the last layer for the first positions alone, so many of them: `sequence` is then [B, firstOnly, D]. With 1,
   * for [CLS], scoring a pair costs little more than half as much, and the pooled output is the same.
   */
  readonly firstOnly?: number;
  /**
   * int32 [B, M]: compute the last layer for these positions alone: `sequence` is then [B, M, D]. Takes the place of
   * `firstOnly`. A training step that predicts a few masked pieces takes about 0.8 of the time (two layers, wasm).
   */
  readonly positions?: Tensor;
  /** Positions before these, K of them, as an earlier pass returned them. They are seen, and not computed again. */
  readonly after?: readonly LayerMemory[];
  /** Return `memory`, that of `after` included. */
  readonly remember?: boolean;
}

export interface EncodeBothOptions extends EncodeOptions {
  /**
   * Text that is read from left to right, to predict its next piece: position t sees positions up to t and every patch,
   * and patches see only patches, so that no caption changes their states. Default: false, everything sees everything.
   */
  readonly causalText?: boolean;
}

/** One side alone as one vector. */
export interface SideEncoding {
  /** [B, D], the mean over the side's positions: comparable between the sides even without projections. */
  readonly mean: Tensor;
  /** [B, J], projected into the joint space and of length 1; compare by dot product. [B, D] where `joint_size` is 0. */
  readonly joint: Tensor;
}

export class KaleidoBert {
  readonly config: KaleidoBertConfig;
  /** Every variable by the released checkpoint's name without its prefix. */
  readonly variables: ReadonlyMap<string, Variable>;

  private constructor(config: KaleidoBertConfig, variables: ReadonlyMap<string, Variable>) {
    this.config = config;
    this.variables = variables;
  }

  /** A new model with random weights; the same seed gives the same weights on every machine. */
  static create(config: KaleidoBertConfig, seed: number): KaleidoBert {
    return KaleidoBert.fromValues(config, (description) => initialValues(description, config.initializer_range, seed));
  }

  /** A model with the given weights, by name. */
  static fromValues(
    config: KaleidoBertConfig,
    valuesOf: (description: VariableDescription) => Float32Array,
  ): KaleidoBert {
    const variables = new Map<string, Variable>();
    for (const description of variableDescriptions(config))
      variables.set(description.name, createVariable(undefined, valuesOf(description), description.shape));
    return new KaleidoBert(config, variables);
  }

  /**
   * A model whose weights are read one after another, so that they are in memory once. The model owns what is read.
   * @throws what reading throws; nothing of the model is left then
   */
  static async fromReader(
    config: KaleidoBertConfig,
    read: (description: VariableDescription) => Promise<Float32Array>,
  ): Promise<KaleidoBert> {
    const variables = new Map<string, Variable>();
    try {
      for (const description of variableDescriptions(config))
        variables.set(description.name, createVariable(undefined, await read(description), description.shape, true));
    } catch (error) {
      for (const variable of variables.values()) variable.dispose();
      throw error;
    }
    return new KaleidoBert(config, variables);
  }

  /** Whether the joint space reads only the level 1 patch of a photograph. */
  get jointReadsWhole(): boolean {
    return jointPatches(this.config) !== undefined;
  }

  /** The variables that training changes, in creation order. */
  trainable(): ReadonlyMap<string, Variable> {
    const measured = variableDescriptions(this.config).filter(({ trainable }) => !trainable);
    const names = new Set(measured.map(({ name }) => name));
    return new Map([...this.variables].filter(([name]) => !names.has(name)));
  }

  /** A batch's captions as tensors; the caller owns them. */
  textInput(batch: TextBatch): TextInput {
    return textInput(batch);
  }

  /** A batch's photographs as tensors; the caller owns them. */
  imageInput(batch: ImageBatch): ImageInput {
    return imageInput(batch);
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
  }

  /** Both sides through the whole network, and the four heads that read whole levels. */
  forward(text: TextInput, image: ImageInput, options: ForwardOptions = {}): KaleidoOutput {
    const textEmbeddings = this.embedText(text, options.dropout);
    const patchEmbeddings = this.embedPatches(image, options.dropout);
    const encoded = this.encodeBoth(textEmbeddings, text.mask, patchEmbeddings, options);
    const pooled = this.pool(encoded.sequence);
    return {
      ...encoded,
      textEmbeddings,
      patchEmbeddings,
      pooled,
      logits: {
        match: this.match(pooled),
        rotation: this.solvePuzzle(encoded.sequence, 'rotation'),
        jigsaw: this.solvePuzzle(encoded.sequence, 'jigsaw'),
        camouflage: this.solvePuzzle(encoded.sequence, 'camouflage'),
      },
    };
  }

  // Embeddings -------------------------------------------------------------------------------------------------------

  /** Word + segment + position, normalised. @param start the position of the first token */
  embedText({ ids, segments }: TextInput, dropout?: DropoutSeeds, start = 0): Tensor {
    const T = ids.shape[1] as number;
    const words = ops.embedding(this.#get('bert/embeddings/word_embeddings'), ids); // [B, T, D]
    const table = this.#get('bert/embeddings/token_type_embeddings');
    const segment = segments === undefined ? tf.slice(table, [0, 0], [1, -1]) : ops.embedding(table, segments); // [1, D] or [B, T, D]
    const positions = tf.slice(this.#get('bert/embeddings/position_embeddings'), [start, 0], [T, -1]); // [T, D]
    const embedded = this.#layerNorm(tf.add(words, tf.add(positions, segment)), 'bert/embeddings/LayerNorm');
    return this.#drop(embedded, dropout);
  }

  /** Each level has its own projector and type row; all share one table of positions (paper 3.5). */
  embedPatches({ features, positions, patches: given, blankKeep }: ImageInput, dropout?: DropoutSeeds): Tensor {
    const placed = ops.linear(positions, this.#get('bert/position_dense')); // [B, P, D]
    const standardised = this.standardise(features); // [B, P, F]
    const embedded = levelRanges(given).map(({ level: { name, scale }, start, patches }) => {
      const { scope, variable } = levelScopes[name];
      let level = ops.sliceRows(standardised, start, patches); // [B, n, F]
      if (name === 'blank' && blankKeep !== undefined) level = tf.mul(level, tf.expandDims(blankKeep, 2));
      const type = tf.slice(this.#get(`bert/${scope}/${variable}_type_embeddings`), [scale, 0], [1, -1]); // [1, D]
      const projected = ops.linear(this.#drop(level, dropout), this.#get(`bert/${scope}/${variable}_projector`)); // [B, n, D]
      const position = ops.sliceRows(placed, start, patches);
      const sum = tf.add(tf.add(projected, type), position);
      return this.#drop(this.#layerNorm(sum, `bert/${scope}/${variable}EmbLayerNorm`), dropout);
    });
    return tf.concat(embedded, 1); // [B, P, D]
  }

  // Encoder ----------------------------------------------------------------------------------------------------------

  /**
   * Text and patches in one sequence. Attention is bidirectional, as in the paper, and only padding of the text is
   * masked; with `causalText` (ours) the text is read from left to right.
   */
  encodeBoth(
    textEmbeddings: Tensor,
    textMask: Tensor,
    patchEmbeddings: Tensor,
    options: EncodeBothOptions = {},
  ): EncoderOutput {
    const [B, P] = patchEmbeddings.shape as [number, number];
    const sequence = tf.concat([textEmbeddings, patchEmbeddings], 1); // [B, S, D]
    const mask = options.causalText ? causalMask(textMask, P) : tf.concat([textMask, tf.ones([B, P])], 1); // [B, S, S] or [B, S]
    return this.encode(sequence, mask, options);
  }

  /**
   * L post-LayerNorm BERT layers.
   * @param mask [B, K + S], or [B, S, K + S] if positions see different ones (`causalMask`): 1 for seen, 0 for hidden;
   *   K positions of `after` come first
   */
  encode(sequence: Tensor, mask: Tensor, options: EncodeOptions = {}): EncoderOutput {
    const { dropout, attentions = false, after, remember = false } = options;
    const layers: Tensor[] = [];
    const probabilities: Tensor[] = [];
    const between: Tensor[] = [];
    const memory: LayerMemory[] = [];
    let x = sequence;
    for (let i = 0; i < this.config.num_hidden_layers; i++) {
      const layer = `bert/encoder/layer_${i}`;
      const last = i === this.config.num_hidden_layers - 1;
      const asked = last ? askedRows(x, options) : x; // [B, S, D], [B, firstOnly, D] or [B, M, D]
      const query = this.#dense(asked, `${layer}/attention/self/query`);
      const key = this.#dense(x, `${layer}/attention/self/key`);
      const value = this.#dense(x, `${layer}/attention/self/value`);
      const seen = remembered(after?.[i], { key, value }); // [B, K + S, D]
      if (remember) memory.push(seen);
      const attention = ops.attention({
        query,
        ...seen,
        heads: this.config.num_attention_heads,
        mask: last && mask.shape.length === 3 ? askedRows(mask, options) : mask,
        probabilities: attentions,
        ...this.#attentionDropout(dropout),
      });
      if (attention.probabilities !== undefined) probabilities.push(attention.probabilities);
      const attended = this.#dense(attention.context, `${layer}/attention/output/dense`);
      x = this.#addAndNormalise(attended, asked, `${layer}/attention/output/LayerNorm`, dropout);
      if (attentions) between.push(x);
      const wide = this.#dense(x, `${layer}/intermediate/dense`, 'gelu'); // [B, S, 4 D]
      const narrow = this.#dense(wide, `${layer}/output/dense`); // [B, S, D]
      x = this.#addAndNormalise(narrow, x, `${layer}/output/LayerNorm`, dropout);
      layers.push(x);
    }
    return { layers, attentions: probabilities, attended: between, sequence: x, memory };
  }

  /** tanh(W h_CLS + b), [B, D]. */
  pool(sequence: Tensor): Tensor {
    const [B, , D] = sequence.shape as [number, number, number];
    const first = tf.reshape(ops.sliceRows(sequence, 0, 1), [B, D]);
    return this.#dense(first, 'bert/pooler/dense', 'tanh'); // [B, D]
  }

  // One side alone (ours) ----------------------------------------------------------------------------------------------

  /** Captions as vectors, from their embeddings or from a separate pass (`one_sided_encoding`). */
  encodeText(textEmbeddings: Tensor, mask: Tensor, dropout?: DropoutSeeds): SideEncoding {
    const states = this.#oneSided(textEmbeddings, mask, dropout);
    const weights = tf.expandDims(tf.div(mask, tf.sum(mask, 1, true)), 1); // [B, 1, T]
    const mean = pooled(states, weights); // [B, D]
    return { mean, joint: this.#project(states, mean, 'kaleido/text_projection', weights) };
  }

  /**
   * Photographs as vectors. From patches, the projection reads each level's mean, because a mean over all patches is
   * mostly level 5.
   * @param patchEmbeddings of the same photographs
   */
  encodeImage(image: ImageInput, patchEmbeddings: Tensor, dropout?: DropoutSeeds): SideEncoding {
    const [B, P] = patchEmbeddings.shape as [number, number];
    const states = this.#oneSided(patchEmbeddings, tf.ones([B, P]), dropout);
    const mean = pooled(states, tf.fill([1, P], 1 / P)); // [B, D]
    const joint = this.jointReadsWhole
      ? this.encodeWhole(image, dropout)
      : this.#project(states, mean, 'kaleido/image_projection', levelAverages(image.patches));
    return { mean, joint };
  }

  /**
   * Photographs in the joint space by their level 1 patch alone, [B, J]: the result of `encodeImage`, without the other
   * patches. Only for `joint_view` "whole".
   * @throws KaleidoError where the joint space reads patches, or the first patch given is not level 1's
   */
  encodeWhole({ features, patches: given }: ImageInput, dropout?: DropoutSeeds): Tensor {
    if (!this.jointReadsWhole)
      throw new KaleidoError({
        source: 'model',
        problem: 'the joint space of this model does not read the level 1 patch alone',
        found: `joint_size ${this.config.joint_size}, joint_view ${this.config.joint_view}`,
        advice: 'use encodeImage',
      });
    if (given !== undefined && given[0] !== 0)
      throw new KaleidoError({
        source: 'model',
        problem: 'the level 1 patch is not among the patches given',
        found: given,
        advice: 'give patch 0 first',
      });
    const [B, , F] = features.shape as [number, number, number];
    const whole = this.standardise(tf.reshape(ops.sliceRows(features, 0, 1), [B, F])); // [B, F]
    const hidden = this.#dense(this.#drop(whole, dropout), 'kaleido/image_projection/intermediate', 'gelu'); // [B, 2 J]
    return ofLength1(this.#dense(this.#drop(hidden, dropout), 'kaleido/image_projection/output')); // [B, J]
  }

  #oneSided(embeddings: Tensor, mask: Tensor, dropout?: DropoutSeeds): Tensor {
    switch (this.config.one_sided_encoding) {
      case 'embeddings':
        return embeddings;
      case 'encoder':
        return this.encode(embeddings, mask, { dropout }).sequence;
      default:
        return this.config.one_sided_encoding satisfies never;
    }
  }

  /**
   * A hidden layer at every position, its averages, a linear layer, length 1. Without a joint space, the mean takes its
   * place. The hidden layer comes before the average, because a colour or a stripe is visible in a patch but no longer
   * in a mean.
   */
  #project(states: Tensor, mean: Tensor, scope: string, averages: Tensor): Tensor {
    const projected =
      this.config.joint_size === 0
        ? mean
        : this.#dense(pooled(this.#dense(states, `${scope}/intermediate`, 'gelu'), averages), `${scope}/output`); // [B, J]
    return ofLength1(projected);
  }

  // Heads ------------------------------------------------------------------------------------------------------------

  /** Image-text matching, [B, 2]; class 1 = match. */
  match(pooled: Tensor): Tensor {
    return this.#classify(pooled, 'cls/seq_relationship/output_weights', 'cls/seq_relationship/output_bias');
  }

  /** Rotation, jigsaw or camouflage: a linear layer over the flattened outputs of the level. */
  solvePuzzle(sequence: Tensor, name: 'rotation' | 'jigsaw' | 'camouflage'): Tensor {
    const flat = this.levelOutput(sequence, name);
    switch (name) {
      case 'rotation':
        return this.#classify(
          flat,
          'cls/img_rotation/rotation_output_weights',
          'cls/img_rotation/rotation_output_bias',
        );
      case 'jigsaw':
        // The misspelling is the released checkpoint's own.
        return this.#classify(flat, 'cls/img_jigsaw/jiasaw_output_weights', 'cls/img_jigsaw/jigsaw_output_bias');
      case 'camouflage':
        return this.#classify(
          flat,
          'cls/img_camouflage/camouflage_output_weights',
          'cls/img_camouflage/camouflage_output_bias',
        );
      default:
        return name satisfies never;
    }
  }

  /**
   * Aligned masked language modelling: logits over the vocabulary at the masked places, [B * M, V].
   * @param maskedPositions int32 [B, M]; default: every row of `sequence`
   */
  predictTokens(sequence: Tensor, maskedPositions?: Tensor): Tensor {
    const D = this.config.hidden_size;
    const rows = maskedPositions === undefined ? sequence : ops.gatherRows(sequence, maskedPositions); // [B, M, D]
    const masked = tf.reshape(rows, [-1, D]); // [B * M, D]
    const transformed = this.#layerNorm(
      this.#dense(masked, 'cls/predictions/transform/dense', 'gelu'),
      'cls/predictions/transform/LayerNorm',
    );
    return this.#classify(transformed, 'bert/embeddings/word_embeddings', 'cls/predictions/output_bias');
  }

  /** Grey-to-colour (level 4) or blank-to-colour (level 5): feature logits of the given patches, [B * n, F]. */
  predictFeatures(sequence: Tensor, name: 'grey' | 'blank', patchIds: Tensor): Tensor {
    const D = this.config.hidden_size;
    const rows = tf.reshape(ops.gatherRows(this.#levelRows(sequence, name), patchIds), [-1, D]); // [B * n, D]
    const head =
      name === 'grey' ? 'cls/img_greymask/greymask_output_weights' : 'cls/img_blankmask/blanmask_output_weights';
    return ops.linear(rows, this.#get(head));
  }

  /** A level's outputs, flattened, [B, n D]. */
  levelOutput(sequence: Tensor, name: LevelName): Tensor {
    const rows = this.#levelRows(sequence, name);
    const [B, n, D] = rows.shape as [number, number, number];
    return tf.reshape(rows, [B, n * D]);
  }

  // The pieces -------------------------------------------------------------------------------------------------------

  #levelRows(sequence: Tensor, name: LevelName): Tensor {
    const S = sequence.shape[1] as number;
    const level = levelByName[name];
    return ops.sliceRows(sequence, S - patchCount + level.start, level.patches);
  }

  /** (features - mean) / deviation, by the model's stored statistics; the features unchanged if it has none. */
  standardise(features: Tensor): Tensor {
    if (!this.config.standardise_features) return features;
    return tf.div(tf.sub(features, this.#get('kaleido/feature_mean')), this.#get('kaleido/feature_deviation'));
  }

  #dense(x: Tensor, scope: string, activation?: 'gelu' | 'tanh'): Tensor {
    const form = activation === 'gelu' && this.config.hidden_act === 'gelu_erf' ? 'gelu-erf' : activation;
    return ops.linear(x, this.#get(`${scope}/kernel`), this.#get(`${scope}/bias`), form);
  }

  /** x . W^T + b: the heads keep their weights as [classes, width]. */
  #classify(x: Tensor, weights: string, bias: string): Tensor {
    return ops.linear(x, this.#get(weights), this.#get(bias), undefined, true);
  }

  #layerNorm(x: Tensor, scope: string): Tensor {
    return ops.layerNorm(x, this.#get(`${scope}/gamma`), this.#get(`${scope}/beta`));
  }

  #addAndNormalise(x: Tensor, residual: Tensor, scope: string, dropout?: DropoutSeeds): Tensor {
    return ops.residualLayerNorm(
      this.#drop(x, dropout),
      residual,
      this.#get(`${scope}/gamma`),
      this.#get(`${scope}/beta`),
    );
  }

  #drop(x: Tensor, dropout?: DropoutSeeds): Tensor {
    const rate = this.config.hidden_dropout_prob;
    return dropout === undefined || rate === 0 ? x : ops.dropout(x, rate, dropout.next());
  }

  #attentionDropout(dropout?: DropoutSeeds): { dropout?: { rate: number; seed: number } } {
    const rate = this.config.attention_probs_dropout_prob;
    return dropout === undefined || rate === 0 ? {} : { dropout: { rate, seed: dropout.next() } };
  }

  #get(name: string): Variable {
    const variable = this.variables.get(name);
    if (variable === undefined)
      throw new KaleidoError({ source: 'model', problem: 'the model has no such variable', found: name });
    return variable;
  }
}

function ofLength1(x: Tensor): Tensor {
  return tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-12)));
}

/** Weighted sums over the positions, side by side: x [B, S, W] and weights [K, S] or [B, K, S] give [B, K W]. */
function pooled(x: Tensor, weights: Tensor): Tensor {
  const sums = ops.poolRows(x, weights);
  return tf.reshape(sums, [sums.shape[0] as number, -1]);
}

/** The rows that the last layer is computed for; of its input, or of a mask for each query. */
function askedRows(x: Tensor, { firstOnly, positions }: EncodeOptions): Tensor {
  if (positions !== undefined) return ops.gatherRows(x, positions);
  return firstOnly === undefined ? x : ops.sliceRows(x, 0, firstOnly);
}
