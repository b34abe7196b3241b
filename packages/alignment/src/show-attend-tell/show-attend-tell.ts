// Show, Attend and Tell with soft attention (Xu et al. 2015, arXiv 1502.03044), the captioner of Kaleido-BERT's
// Attention-based Alignment Generator (CVPR 2021, arXiv 2103.16110, 3.3).
//
//   grid   -> [B, G, F] features -> standardised, projected -> annotations [B, G, D]
//   pieces -> [T, B] -> embeddings [T, B, E] -> LSTM with attention over the annotations -> deep output [T, B, V]
//
// Shapes: B batch, T steps, G cells of the grid, F feature width, D annotation width, A attention width, E embedding
// width, H hidden width, V vocabulary. Steps come before the batch, so that each step is one piece of memory.

import { createVariable, ops, readAll, type Tensor, tf, type Variable } from '@kaleido/backend';
import { type DropoutSeeds, KaleidoError } from '@kaleido/foundation';
import { captionerVariables } from './captioner-variables.ts';
import { assertCaptionerWeights, type CaptionerWeights } from './captioner-weights.ts';
import { type GridStatistics, initialCaptionerWeights } from './initial-captioner-weights.ts';
import {
  type Annotations,
  type CaptionerState,
  type CaptionerStep,
  type RecurrenceWeights,
  recurrentStep,
} from './recurrence.ts';
import type { ShowAttendTellConfig } from './show-attend-tell-config.ts';

/** What the deep output reads, for N positions. */
export interface OutputInputs {
  /** [N, H] */
  readonly hidden: Tensor;
  /** [N, D] */
  readonly contexts: Tensor;
  /** [N, E] embeddings of the pieces read */
  readonly words: Tensor;
}

/** All steps of a pass. */
export interface UnrolledCaptions extends OutputInputs {
  /** [T B, G] */
  readonly attention: Tensor;
}

export class ShowAttendTell {
  readonly config: ShowAttendTellConfig;
  /** Every variable by name. */
  readonly variables: ReadonlyMap<string, Variable>;

  private constructor(config: ShowAttendTellConfig, weights: CaptionerWeights) {
    this.config = config;
    this.variables = new Map(
      captionerVariables(config).map(({ name, shape }) => [
        name,
        createVariable(undefined, weights.get(name) as Float32Array, shape),
      ]),
    );
  }

  /**
   * A new captioner with random weights; the same seed gives the same weights on every machine.
   * @param statistics of the features that it will read; default: features are standardised already
   * @throws KaleidoError for statistics of another width
   */
  static create(config: ShowAttendTellConfig, seed: number, statistics?: GridStatistics): ShowAttendTell {
    return new ShowAttendTell(config, initialCaptionerWeights(config, seed, statistics));
  }

  /**
   * A captioner with these weights.
   * @throws KaleidoError for a weight that is missing, of another size, or that no variable asks for
   */
  static fromWeights(config: ShowAttendTellConfig, weights: CaptionerWeights): ShowAttendTell {
    // Every weight is checked before the first variable is made, so that a refusal leaves nothing behind.
    assertCaptionerWeights(config, weights);
    return new ShowAttendTell(config, weights);
  }

  /** Copies of the weights, by name. */
  async toWeights(): Promise<Map<string, Float32Array>> {
    const values = await readAll([...this.variables.values()]);
    return new Map([...this.variables.keys()].map((name, index) => [name, values[index] as Float32Array]));
  }

  /** The variables that training changes, in creation order. */
  trainable(): ReadonlyMap<string, Variable> {
    const trained = captionerVariables(this.config).filter(({ trainable }) => trainable);
    return new Map(trained.map(({ name }) => [name, this.#get(name)]));
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
  }

  /** @param grids [B, G, F] */
  annotate(grids: Tensor): Annotations {
    const standardised = tf.div(tf.sub(grids, this.#get('features/mean')), this.#get('features/deviation'));
    const values = this.#dense(standardised, 'annotation'); // [B, G, D]
    const keys = ops.linear(values, doubled(this.#get('attention/annotation/kernel'))); // [B, G, A]
    return { values, keys };
  }

  /** The state before the first piece, from the mean annotation; tanh as in the code of Xu et al. */
  begin({ values }: Annotations): CaptionerState {
    const [B, G, D] = values.shape as [number, number, number];
    const mean = tf.reshape(ops.poolRows(values, tf.fill([1, G], 1 / G)), [B, D]);
    return { hidden: this.#dense(mean, 'initial_hidden', 'tanh'), memory: this.#dense(mean, 'initial_memory', 'tanh') };
  }

  /** One step. @param pieces int32 [B], those read */
  step(annotations: Annotations, state: CaptionerState, pieces: Tensor): CaptionerStep & { readonly words: Tensor } {
    const words = this.#embed(pieces); // [B, E]
    return { ...recurrentStep(this.#recurrence(), annotations, state, this.#inputs(words)), words };
  }

  /**
   * All steps of captions that are known. The products that read only the pieces are computed for all steps at once.
   * @param pieces int32 [T, B], those read at each step
   */
  unroll(annotations: Annotations, pieces: Tensor): UnrolledCaptions {
    const [T, B] = pieces.shape as [number, number];
    const words = this.#embed(tf.reshape(pieces, [T * B])); // [T B, E]
    const weights = this.#recurrence();
    const steps: CaptionerStep[] = [];
    let state = this.begin(annotations);
    for (const input of tf.split(this.#inputs(words), T, 0)) {
      const step = recurrentStep(weights, annotations, state, input);
      steps.push(step);
      state = step;
    }
    return {
      words,
      hidden: tf.concat(steps.map(({ hidden }) => hidden)), // [T B, H]
      contexts: tf.concat(steps.map(({ context }) => context)), // [T B, D]
      attention: tf.concat(steps.map(({ attention }) => attention)), // [T B, G]
    };
  }

  /**
   * Logits of the next pieces, [N, V]: the deep output (equation 7), with a tanh, and dropout of the hidden state and of
   * the output's hidden layer, as in the code of Xu et al.
   */
  predict({ hidden, contexts, words }: OutputInputs, dropout?: DropoutSeeds): Tensor {
    const fromHidden = ops.linear(
      this.#drop(hidden, dropout),
      this.#get('output/hidden/kernel'),
      this.#get('output/bias'),
    );
    const fromContext = ops.linear(contexts, this.#get('output/context/kernel'));
    const joined = tf.tanh(tf.add(tf.add(fromHidden, fromContext), words)); // [N, E]
    return this.#dense(this.#drop(joined, dropout), 'output/piece'); // [N, V]
  }

  #embed(pieces: Tensor): Tensor {
    return ops.embedding(this.#get('embedding'), pieces);
  }

  #inputs(words: Tensor): Tensor {
    return ops.linear(words, this.#get('lstm/embedding/kernel')); // [N, 4 H]
  }

  #recurrence(): RecurrenceWeights {
    const get = (name: string) => this.#get(name);
    const query = doubled(get('attention/hidden/kernel'));
    return {
      hidden: tf.concat([get('lstm/hidden/kernel'), query, get('context_gate/kernel')], 1), // [H, 4 H + A + 1]
      bias: tf.concat([get('lstm/bias'), doubled(get('attention/bias')), get('context_gate/bias')]),
      context: get('lstm/context/kernel'),
      score: doubled(get('attention/score/kernel')),
    };
  }

  #dense(x: Tensor, scope: string, activation?: 'tanh'): Tensor {
    return ops.linear(x, this.#get(`${scope}/kernel`), this.#get(`${scope}/bias`), activation);
  }

  #drop(x: Tensor, dropout?: DropoutSeeds): Tensor {
    const rate = this.config.dropout;
    return dropout === undefined || rate === 0 ? x : ops.dropout(x, rate, dropout.next());
  }

  #get(name: string): Variable {
    const variable = this.variables.get(name);
    if (variable === undefined)
      throw new KaleidoError({ source: 'alignment', problem: 'the captioner has no such variable', found: name });
    return variable;
  }
}

/** See `RecurrenceWeights`. */
function doubled(weights: Tensor): Tensor {
  return tf.mul(weights, 2);
}
