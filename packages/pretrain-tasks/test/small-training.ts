import { expect } from '@jest/globals';
import { createVariable, memory, ops, type Tensor, tf, valueAndGradients } from '@kaleido/backend';
import { type DropoutSeeds, randomStream } from '@kaleido/foundation';
import { type FeatureReader, residentFeatures } from '@kaleido/layout';
import { type Encoder, encoderOf, KaleidoBert, kaleidoBertConfig } from '@kaleido/model';
import type { LossTerm, Objective, ObjectiveSources } from '../src/index.ts';
import { type Row, rows, smallSources, vocabulary } from './small-catalogue.ts';

/** F = 6: the sum of a vector for the row and one for the slot, similar to a photograph's. */
export function pictureFeatures(count: number): FeatureReader {
  const vector = (name: string, index: number): number[] => {
    const random = randomStream(1, name, index);
    return Array.from({ length: 6 }, () => random.uniform());
  };
  return residentFeatures({
    rows: count,
    featureWidth: 6,
    copy(row, slots, target, offset = 0) {
      const of = vector('row', row);
      for (const [i, slot] of slots.entries()) {
        const at = vector('slot', slot);
        target.set(
          of.map((value, k) => value + at[k]!),
          offset + 6 * i,
        );
      }
    },
    positions: () => Float32Array.from({ length: 55 * 5 }, (_, place) => (place % 7) / 7),
  });
}

/** What objectives draw their batches from, with features of pictures. */
export function smallObjectiveSources(of: readonly Row[] = rows): ObjectiveSources {
  const { catalogue, negatives } = smallSources(of);
  return {
    catalogue,
    features: pictureFeatures(of.length),
    negatives,
    randomNegatives: negatives,
    vocabulary,
    jointPatches: undefined,
    hiddenPatches: { grey: 2, blank: 3 },
  };
}

const config = kaleidoBertConfig({
  vocab_size: vocabulary.size,
  hidden_size: 12,
  intermediate_size: 20,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  max_position_embeddings: 16,
  text_seq_len: 16,
  patch_feature_size: 6,
  position_scale: 'unit',
  initializer_range: 0.2,
  joint_size: 6,
  hidden_dropout_prob: 0,
  attention_probs_dropout_prob: 0,
});
/** The result of a function that makes tensors and reads them itself. */
export const of = <Result>(run: () => Result): Result => tf.tidy(() => run() as never) as Result;

/** Some steps of Adam; the losses, and the names of the variables that the loss reached. */
export function descend(model: KaleidoBert, steps: number, rate: number, loss: () => Tensor) {
  const variables = [...model.trainable()].map(([name, parameter]) => {
    const moment = () => createVariable(undefined, new Float32Array(parameter.size), parameter.shape);
    return { name, parameter, firstMoment: moment(), secondMoment: moment(), decay: 0 };
  });
  const losses: number[] = [];
  const reached = new Set<string>();
  const live: number[] = [];
  for (let step = 1; step <= steps; step++) {
    tf.tidy(() => {
      const { value, gradients } = valueAndGradients(
        loss,
        variables.map(({ parameter }) => parameter),
      );
      losses.push(value.dataSync<'float32'>()[0]!);
      const states = variables.flatMap((state) => {
        const gradient = gradients.get(state.parameter.name);
        return gradient == null ? [] : [{ ...state, gradient }];
      });
      for (const { name } of states) reached.add(name);
      ops.adamW(states, { rate, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, step, gradientScale: 1 });
    });
    live.push(memory().numTensors);
  }
  for (const { firstMoment, secondMoment } of variables) tf.dispose([firstMoment, secondMoment]);
  expect(new Set(live).size).toBe(1);
  return { losses, reached };
}

export async function withModel(
  changes: Readonly<Record<string, unknown>>,
  run: (model: KaleidoBert, encoder: Encoder) => void | Promise<void>,
): Promise<void> {
  const before = memory().numTensors;
  const model = KaleidoBert.create(kaleidoBertConfig({ ...config, ...changes }), 1);
  await run(model, encoderOf(model));
  model.dispose();
  expect(memory().numTensors).toBe(before);
}

/** The models of these tests have no dropout. */
const seeds: DropoutSeeds = { next: () => 1 };

/** The terms of an objective over a step that is one micro-batch; within a `tf.tidy` or a tape. */
export function termsOf<Options, Batch>(
  objective: Objective<Options, Batch>,
  options: Options,
  encoder: Encoder,
  batch: Batch,
): ReadonlyMap<string, LossTerm> {
  const embedded = objective.embed?.(options, encoder, batch, seeds) ?? {};
  const gathered = Object.fromEntries(
    Object.entries(embedded).map(([name, all]) => [name, { all, start: 0, rows: all.shape[0] as number }]),
  );
  return new Map(objective.losses(options, encoder, batch, seeds, gathered).map((term) => [term.name, term]));
}
