import { createVariable, ops, readAll, type Tensor, tf, type Variable } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';

export interface OptimizerOptions {
  /** 0.9 (released code). */
  readonly beta1: number;
  /** 0.98 (released code). */
  readonly beta2: number;
  /** 1e-6 (released code), added to the uncorrected root. */
  readonly epsilon: number;
  /** Decoupled decay of matrices, but not of biases and LayerNorm. 1e-4 in the paper, 0 as released. */
  readonly weightDecay: number;
  /** The gradient's largest global norm; 1 (released code). */
  readonly clipNorm: number;
}

/** The released code's Adam with the paper's weight decay. */
export const defaultOptimizerOptions: OptimizerOptions = {
  beta1: 0.9,
  beta2: 0.98,
  epsilon: 1e-6,
  weightDecay: 1e-4,
  clipNorm: 1,
};

/** Moments on the host, by variable name. */
export interface OptimizerState {
  readonly step: number;
  readonly firstMoments: ReadonlyMap<string, Float32Array>;
  readonly secondMoments: ReadonlyMap<string, Float32Array>;
}

/**
 * AdamW with moments by variable name: a step that gives some variables no gradient changes neither them nor their
 * moments (TensorFlow.js' own Adam stores moments by index and mixes them up).
 */
export class AdamW {
  readonly options: OptimizerOptions;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #moments = new Map<string, readonly [first: Variable, second: Variable]>();
  #step = 0;

  constructor(variables: ReadonlyMap<string, Variable>, options: Partial<OptimizerOptions> = {}) {
    this.#variables = variables;
    this.options = { ...defaultOptimizerOptions, ...options };
    for (const [name, { shape, size }] of variables) {
      const moment = (): Variable => createVariable(undefined, new Float32Array(size), shape);
      this.#moments.set(name, [moment(), moment()]);
    }
  }

  /**
   * One update, after clipping by the global norm.
   * @param gradients by variable name; variables without one stay unchanged
   * @param scale each gradient is multiplied by it first: 1 / the number of micro-batches that were summed
   */
  apply(gradients: ReadonlyMap<string, Tensor>, learningRate: number, scale = 1): void {
    this.#step++;
    const { weightDecay, clipNorm, ...options } = this.options;
    tf.tidy(() => {
      const norm = tf.mul(ops.globalNorm([...gradients.values()]), scale);
      const clip = tf.minimum(1, tf.div(clipNorm, tf.maximum(norm, 1e-12)));
      const states = [...gradients].map(([name, gradient]) => {
        const parameter = this.#variables.get(name);
        const moments = this.#moments.get(name);
        if (parameter === undefined || moments === undefined) throw unknownVariable(name);
        const [firstMoment, secondMoment] = moments;
        return { parameter, gradient, firstMoment, secondMoment, decay: parameter.rank > 1 ? weightDecay : 0 };
      });
      ops.adamW(states, { ...options, rate: learningRate, step: this.#step, gradientScale: tf.mul(clip, scale) });
    });
  }

  async state(): Promise<OptimizerState> {
    const names = [...this.#moments.keys()];
    const read = async (which: 0 | 1): Promise<Map<string, Float32Array>> => {
      const values = await readAll([...this.#moments.values()].map((moments) => moments[which]));
      return new Map(names.map((name, index) => [name, values[index] as Float32Array]));
    };
    return { step: this.#step, firstMoments: await read(0), secondMoments: await read(1) };
  }

  /** @throws KaleidoError for a moment that is missing or of another size */
  restore({ step, firstMoments, secondMoments }: OptimizerState): void {
    this.#step = step;
    for (const [name, moments] of this.#moments)
      for (const [moment, values] of [
        [moments[0], firstMoments.get(name)],
        [moments[1], secondMoments.get(name)],
      ] as const) {
        if (values?.length !== moment.size) throw unknownVariable(name);
        tf.tidy(() => moment.assign(tf.tensor(values, moment.shape)));
      }
  }

  dispose(): void {
    for (const moments of this.#moments.values()) tf.dispose([...moments]);
  }
}

function unknownVariable(name: string): KaleidoError {
  return new KaleidoError({
    source: 'training',
    problem: 'the optimizer has no such variable, or one of another size',
    found: name,
    advice: 'use the optimizer of this model',
  });
}
