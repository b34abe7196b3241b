import {
  createVariable,
  ops,
  type Tensor,
  tf,
  type Variable,
  valueAndGradients,
  withComposedOperations,
} from '@kaleido/backend';
import { patchCount } from '@kaleido/layout';
import { variableDescriptions } from '@kaleido/model';
import type { BenchSetting } from './bench-setting.ts';
import type { OperationFigures } from './figures.ts';
import { pooledValues } from './pooled-values.ts';
import { timeRuns, type Work } from './time-runs.ts';

export interface OperationOptions {
  /** Time per measurement. */
  readonly seconds: number;
  /** Whether each is also measured with TensorFlow.js' own operations. */
  readonly composed: boolean;
}

const dropoutRate = 0.1;

/** Measures each operation of a step separately, at the model's sizes: value and gradients. */
export async function measureOperations(
  setting: BenchSetting,
  predictions: number,
  { seconds, composed }: OperationOptions,
): Promise<OperationFigures[]> {
  const figures: OperationFigures[] = [];
  for (const [name, prepare] of operations(setting, predictions)) {
    const made: Tensor[] = [];
    const work = prepare(<Some extends Tensor>(tensor: Some): Some => {
      made.push(tensor);
      return tensor;
    });
    const fused = (await timeRuns(work, { seconds })).milliseconds;
    const naive = composed && (await timeRuns(() => withComposedOperations(work), { seconds })).milliseconds;
    tf.dispose(made);
    figures.push({ name, fused, ...(naive === false ? {} : { composed: naive }) });
  }
  return figures;
}

/** Makes an operation's inputs, passes each to `own`, which disposes it later, and returns the work to time. */
type Prepare = (own: <Some extends Tensor>(tensor: Some) => Some) => Work;

function operations({ config, batchSize: B }: BenchSetting, predictions: number): [string, Prepare][] {
  const [D, I, F, V] = [config.hidden_size, config.intermediate_size, config.patch_feature_size, config.vocab_size];
  const T = config.text_seq_len;
  const S = T + patchCount;
  const heads = config.num_attention_heads;
  const masked = B * predictions;
  const regressed = B * config.masked_blankmask_patch_num;
  const attention =
    (dropout?: { rate: number; seed: number }): Prepare =>
    (own) => {
      const [query, key, value] = [own(variable([B, S, D])), own(variable([B, S, D])), own(variable([B, S, D]))];
      const mask = own(tf.ones([B, S]));
      return gradients([query, key, value], () => {
        const inputs = { query, key, value, heads, mask };
        return ops.attention(dropout === undefined ? inputs : { ...inputs, dropout }).context;
      });
    };
  const linear =
    (inputs: number, outputs: number, activation?: 'gelu'): Prepare =>
    (own) => {
      const x = own(variable([B, S, inputs]));
      const [kernel, bias] = [own(variable([inputs, outputs])), own(variable([outputs]))];
      return gradients([x, kernel, bias], () => ops.linear(x, kernel, bias, activation));
    };
  return [
    ['linear D -> D', linear(D, D)],
    ['linear D -> 4D, GELU', linear(D, I, 'gelu')],
    ['linear 4D -> D', linear(I, D)],
    [
      'GELU',
      (own) => {
        const x = own(variable([B, S, I]));
        return gradients([x], () => ops.gelu(x));
      },
    ],
    [
      'LayerNorm',
      (own) => {
        const [x, gamma, beta] = [own(variable([B, S, D])), own(variable([D])), own(variable([D]))];
        return gradients([x, gamma, beta], () => ops.layerNorm(x, gamma, beta));
      },
    ],
    [
      'LayerNorm of a sum',
      (own) => {
        const [x, residual] = [own(variable([B, S, D])), own(variable([B, S, D]))];
        const [gamma, beta] = [own(variable([D])), own(variable([D]))];
        return gradients([x, residual, gamma, beta], () => ops.residualLayerNorm(x, residual, gamma, beta));
      },
    ],
    ['attention', attention()],
    ['attention, dropout', attention({ rate: dropoutRate, seed: 1 })],
    [
      'dropout',
      (own) => {
        const x = own(variable([B, S, D]));
        return gradients([x], () => ops.dropout(x, dropoutRate, 1));
      },
    ],
    [
      'embedding',
      (own) => {
        const [table, ids] = [own(variable([V, D])), own(integers([B, T], V))];
        return gradients([table], () => ops.embedding(table, ids));
      },
    ],
    [
      'rows of sequences',
      (own) => {
        const [x, positions] = [own(variable([B, S, D])), own(integers([B, predictions], S))];
        return gradients([x], () => ops.gatherRows(x, positions));
      },
    ],
    [
      'softmax cross-entropy',
      (own) => {
        const [logits, labels] = [own(variable([masked, V])), own(integers([masked], V))];
        return gradients([logits], () => ops.softmaxCrossEntropy(logits, labels));
      },
    ],
    [
      'divergence of softmaxes',
      (own) => {
        const logits = own(variable([regressed, F]));
        const target = own(tf.tidy(() => tf.softmax(tf.tensor(pooledValues(regressed * F), [regressed, F]), -1)));
        return gradients([logits], () => ops.klDivergence(target, logits));
      },
    ],
    [
      'global norm, one layer',
      (own) => {
        const all = layerShapes(config).map((shape) => own(variable(shape)));
        return () => ops.globalNorm(all);
      },
    ],
    [
      'AdamW, one layer',
      (own) => {
        const states = layerShapes(config).map((shape) => ({
          parameter: own(variable(shape)),
          gradient: own(variable(shape)),
          firstMoment: own(variable(shape, 0)),
          secondMoment: own(variable(shape, 0)),
          decay: 0,
        }));
        const options = { rate: 1e-4, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, step: 1, gradientScale: 1 };
        return () => {
          ops.adamW(states, options);
          const { parameter } = states.at(-1) as (typeof states)[number];
          return tf.tidy(() => tf.slice(tf.reshape(parameter, [parameter.size]), [0], [1]));
        };
      },
    ],
  ];
}

/** Computes the value of a sum and its gradients; the last gradient is ready last. */
function gradients(variables: readonly Variable[], run: () => Tensor): Work {
  return () =>
    tf.tidy(() => {
      const { gradients } = valueAndGradients(() => tf.sum(run()), variables);
      return [...gradients.values()].at(-1) as Tensor;
    });
}

function layerShapes(config: BenchSetting['config']): (readonly number[])[] {
  return variableDescriptions(config)
    .filter(({ name }) => name.startsWith('bert/encoder/layer_0/'))
    .map(({ shape }) => shape);
}

function variable(shape: readonly number[], deviation = 0.05): Variable {
  const size = shape.reduce((product, length) => product * length, 1);
  return createVariable(undefined, pooledValues(size, deviation), shape);
}

/** Ids spread over 0 to `bound`, exclusive. */
function integers(shape: readonly number[], bound: number): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Int32Array.from({ length: size }, (_, at) => (at * 7919) % bound),
    [...shape],
    'int32',
  );
}
