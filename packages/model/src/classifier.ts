import { createVariable, ops, type Tensor, tf, type Variable } from '@kaleido/backend';
import { type DropoutSeeds, KaleidoError, randomStream } from '@kaleido/foundation';
import type { ImageBatch, TextBatch } from '@kaleido/layout';
import { everyLevel } from './every-level.ts';
import type { KaleidoBert, SideEncoding } from './kaleido-bert.ts';
import type { KaleidoBertConfig } from './kaleido-bert-config.ts';

/** The sides that a classifier reads. */
export type ClassifierInputs = 'image' | 'text' | 'both';

/** A label field and the names of its classes. */
export interface ClassificationField {
  readonly name: string;
  readonly classes: readonly string[];
}

export interface ClassificationOptions {
  readonly fields: readonly ClassificationField[];
  readonly inputs: ClassifierInputs;
  /**
   * `cls`: the paper's linear layer on the pooled [CLS] (4.2). `cls-and-means`: it also reads the inputs of a linear
   * probe, the mean embedding of the caption and each level's mean feature, and each side's vector in the joint space
   * if the model has one. With few products this adds several points.
   */
  readonly head: 'cls' | 'cls-and-means';
  /** Width of a hidden layer before the fields' layers. Default: 0, no such layer, as in the paper. */
  readonly hiddenSize?: number | undefined;
  /** Dropout before each of these layers in training. Default: 0.1, as in the released fine-tuning code. */
  readonly dropout?: number | undefined;
}

/** Captions and photographs to classify; a side that the classifier does not read is ignored. */
export interface ClassificationBatch {
  readonly text: TextBatch;
  readonly image: ImageBatch;
}

/** As in the released fine-tuning code. */
const usualDropout = 0.1;

/** The hidden layer's variables; no label field has a name of this kind. */
const hiddenName = 'kaleido/classifier/intermediate';

/** A linear layer for each field on top of a Kaleido-BERT, with a hidden layer before them if asked for. */
export class Classifier {
  readonly model: KaleidoBert;
  readonly options: ClassificationOptions;
  readonly #heads: ReadonlyMap<string, readonly [kernel: Variable, bias: Variable]>;
  readonly #hidden: readonly [kernel: Variable, bias: Variable] | undefined;

  /** A new classifier; its layers start from a normal of deviation 0.01 (released code), a hidden one from 1 / sqrt(inputs). */
  static create(model: KaleidoBert, options: ClassificationOptions, seed: number): Classifier {
    const { fields, hiddenSize = 0 } = options;
    const seen = sizeSeen(options, model.config);
    const weights = new Map<string, Float32Array>();
    const add = (name: string, size: number, outputs: number, deviation: number): void => {
      const random = randomStream(seed, 'classifier', name);
      const kernel = Float32Array.from({ length: size * outputs }, () => deviation * random.normal());
      weights.set(`${name}/kernel`, kernel).set(`${name}/bias`, new Float32Array(outputs));
    };
    if (hiddenSize > 0) add(hiddenName, seen, hiddenSize, 1 / Math.sqrt(seen));
    for (const { name, classes } of fields) add(name, hiddenSize || seen, classes.length, 0.01);
    return new Classifier(model, options, weights);
  }

  /**
   * @param weights `<field>/kernel` and `<field>/bias` by name
   * @throws KaleidoError where one is missing, or is not as large as the model and the classes need
   */
  constructor(model: KaleidoBert, options: ClassificationOptions, weights: ReadonlyMap<string, Float32Array>) {
    assertLayers(model.config, options, weights);
    this.model = model;
    this.options = options;
    const layer = (name: string, outputs: number): readonly [Variable, Variable] => {
      const kernel = weights.get(`${name}/kernel`) as Float32Array;
      const bias = weights.get(`${name}/bias`) as Float32Array;
      return [
        createVariable(undefined, kernel, [kernel.length / outputs, outputs]),
        createVariable(undefined, bias, [outputs]),
      ];
    };
    const { fields, hiddenSize = 0 } = options;
    this.#hidden = hiddenSize > 0 ? layer(hiddenName, hiddenSize) : undefined;
    this.#heads = new Map(fields.map(({ name, classes }) => [name, layer(name, classes.length)]));
  }

  /** The model's variables and the layers', by name. */
  variables(): ReadonlyMap<string, Variable> {
    const all = [...(this.#hidden === undefined ? [] : [[hiddenName, this.#hidden] as const]), ...this.#heads];
    const layers = all.flatMap(([name, [kernel, bias]]) => [
      [`${name}/kernel`, kernel] as const,
      [`${name}/bias`, bias] as const,
    ]);
    return new Map([...this.model.trainable(), ...layers]);
  }

  /** Logits of each field, [B, classes]. */
  logits(batch: ClassificationBatch, dropout?: DropoutSeeds): ReadonlyMap<string, Tensor> {
    const rate = this.options.dropout ?? usualDropout;
    const drop = (x: Tensor): Tensor =>
      dropout === undefined || rate === 0 ? x : ops.dropout(x, rate, dropout.next());
    const seen = drop(this.#look(batch, dropout)); // [B, seen]
    const input = this.#hidden === undefined ? seen : drop(ops.linear(seen, ...this.#hidden, 'gelu')); // [B, hidden]
    return new Map([...this.#heads].map(([name, [kernel, bias]]) => [name, ops.linear(input, kernel, bias)]));
  }

  dispose(): void {
    for (const layer of [...this.#heads.values(), ...(this.#hidden ? [this.#hidden] : [])]) tf.dispose([...layer]);
  }

  #look({ text, image }: ClassificationBatch, dropout?: DropoutSeeds): Tensor {
    const { model } = this;
    const { inputs, head } = this.options;
    const given = model.textInput(inputs === 'image' ? emptyCaptions(text) : text);
    const { mask } = given;
    const words = model.embedText(given, dropout);
    if (inputs === 'text') {
      const pooled = model.pool(model.encode(words, mask, { dropout, firstOnly: 1 }).sequence);
      return head === 'cls' ? pooled : tf.concat([pooled, ...this.#captionSide(words, mask)], 1);
    }
    const photograph = model.imageInput(image);
    const patches = model.embedPatches(photograph, dropout);
    const pooled = model.pool(model.encodeBoth(words, mask, patches, { dropout, firstOnly: 1 }).sequence);
    if (head === 'cls') return pooled;
    const features = model.standardise(photograph.features);
    const means = everyLevel('the classifier', photograph.patches).map(({ start, patches: n }) =>
      tf.mean(ops.sliceRows(features, start, n), 1),
    );
    const caption = inputs === 'both' ? this.#captionSide(words, mask).map((x) => this.#asLoudAsPhotograph(x)) : [];
    return tf.concat([pooled, ...means, ...this.#joint(model.encodeImage(photograph, patches)), ...caption], 1);
  }

  #captionSide(words: Tensor, mask: Tensor): Tensor[] {
    const side = this.model.encodeText(words, mask);
    return [side.mean, ...this.#joint(side)];
  }

  /**
   * In a hidden layer, which starts at random, the few hundred numbers of a caption are lost among the thousands of a
   * photograph: they are scaled up, so that both sides weigh the same (on kagl-12k a point of category3).
   */
  #asLoudAsPhotograph(x: Tensor): Tensor {
    if (this.#hidden === undefined) return x;
    const { config } = this.model;
    return tf.mul(x, Math.sqrt(sizeBeside('image', config) / sizeBeside('text', config)));
  }

  /** A side's vector in the joint space, each number about as large as a standardised feature; none without that space. */
  #joint({ joint }: SideEncoding): Tensor[] {
    const J = this.model.config.joint_size;
    return J === 0 ? [] : [tf.mul(joint, Math.sqrt(J))];
  }
}

/** The shapes of a classifier's layers, by name. */
export function classifierShapes(
  config: KaleidoBertConfig,
  options: ClassificationOptions,
): ReadonlyMap<string, readonly number[]> {
  const { fields, hiddenSize = 0 } = options;
  const seen = sizeSeen(options, config);
  const layer = (name: string, inputs: number, outputs: number): [string, number[]][] => [
    [`${name}/kernel`, [inputs, outputs]],
    [`${name}/bias`, [outputs]],
  ];
  return new Map([
    ...(hiddenSize > 0 ? layer(hiddenName, seen, hiddenSize) : []),
    ...fields.flatMap(({ name, classes }) => layer(name, hiddenSize || seen, classes.length)),
  ]);
}

/**
 * Checks a classifier's weights without a backend.
 * @throws KaleidoError where one is missing, or is not as large as the model and the classes need
 */
export function assertLayers(
  config: KaleidoBertConfig,
  options: ClassificationOptions,
  weights: ReadonlyMap<string, Float32Array>,
): void {
  for (const [name, shape] of classifierShapes(config, options)) {
    const values = weights.get(name);
    const refuse = (problem: string, found: unknown): KaleidoError =>
      new KaleidoError({ source: 'model', problem, found, advice: 'give those that were saved with its options' });
    if (values === undefined) throw refuse('the classifier has no weights of this name', name);
    if (values.length !== shape.reduce((product, length) => product * length, 1))
      throw refuse(
        `the classifier's "${name}" must have the shape [${shape.join(', ')}], by its classes and the model`,
        `${values.length} numbers`,
      );
  }
}

/** The number of values that the first layer reads. */
function sizeSeen({ head, inputs }: ClassificationOptions, config: KaleidoBertConfig): number {
  return config.hidden_size + (head === 'cls' ? 0 : sizeBeside(inputs, config));
}

function sizeBeside(
  inputs: ClassifierInputs,
  { hidden_size: D, patch_feature_size: F, joint_size: J }: KaleidoBertConfig,
): number {
  switch (inputs) {
    case 'image':
      return 5 * F + J;
    case 'text':
      return D + J;
    case 'both':
      return 5 * F + D + 2 * J;
    default:
      return inputs satisfies never;
  }
}

/** [CLS] and [SEP] alone: the first and the last piece of each caption. */
function emptyCaptions({ size, textLength, ids, mask }: TextBatch): TextBatch {
  const short = new Int32Array(size * 2);
  for (let b = 0; b < size; b++) {
    const length = mask.subarray(b * textLength, (b + 1) * textLength).lastIndexOf(1) + 1;
    short[2 * b] = ids[b * textLength] as number;
    short[2 * b + 1] = ids[b * textLength + length - 1] as number;
  }
  return { size, textLength: 2, ids: short, mask: new Float32Array(size * 2).fill(1) };
}
