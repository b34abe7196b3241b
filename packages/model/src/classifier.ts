import { createVariable, ops, type Tensor, tf, type Variable } from '@kaleido/backend';
import { type DropoutSeeds, KaleidoError, randomStream } from '@kaleido/foundation';
import { type HeadInputBatch, type HeadInputOptions, headInput, headInputSize } from './head-input.ts';
import type { KaleidoBert } from './kaleido-bert.ts';
import type { KaleidoBertConfig } from './kaleido-bert-config.ts';

/** A label field and the names of its classes. */
export interface ClassificationField {
  readonly name: string;
  readonly classes: readonly string[];
  /**
   * An item may have several of the classes, or none: each has a probability of its own. Left out: exactly one class.
   * @property threshold the least probability of a class that is predicted, 0..1
   */
  readonly several?: { readonly threshold: number } | undefined;
}

export interface ClassificationOptions extends HeadInputOptions {
  readonly fields: readonly ClassificationField[];
  /** Width of a hidden layer before the fields' layers. Default: 0, no such layer, as in the paper. */
  readonly hiddenSize?: number | undefined;
  /** Dropout before each of these layers in training. Default: 0.1, as in the released fine-tuning code. */
  readonly dropout?: number | undefined;
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
    const seen = headInputSize(options, model.config);
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
  logits(batch: HeadInputBatch, dropout?: DropoutSeeds): ReadonlyMap<string, Tensor> {
    return this.logitsOf(headInput(this.model, this.options, batch, dropout), dropout);
  }

  /** Logits of each field, [B, classes]. @param input [B, `headInputSize`], what `headInput` returns */
  logitsOf(input: Tensor, dropout?: DropoutSeeds): ReadonlyMap<string, Tensor> {
    const rate = this.options.dropout ?? usualDropout;
    const drop = (x: Tensor): Tensor =>
      dropout === undefined || rate === 0 ? x : ops.dropout(x, rate, dropout.next());
    const seen = drop(input); // [B, seen]
    const last = this.#hidden === undefined ? seen : drop(ops.linear(seen, ...this.#hidden, 'gelu')); // [B, hidden]
    return new Map([...this.#heads].map(([name, [kernel, bias]]) => [name, ops.linear(last, kernel, bias)]));
  }

  dispose(): void {
    for (const layer of [...this.#heads.values(), ...(this.#hidden ? [this.#hidden] : [])]) tf.dispose([...layer]);
  }
}

/** The shapes of a classifier's layers, by name. */
export function classifierShapes(
  config: KaleidoBertConfig,
  options: ClassificationOptions,
): ReadonlyMap<string, readonly number[]> {
  const { fields, hiddenSize = 0 } = options;
  const seen = headInputSize(options, config);
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
