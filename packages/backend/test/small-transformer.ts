import { createVariable, ops, type Tensor, tf, type Variable, valueAndGradients } from '../src/index.ts';
import { integers, normal } from './check-operation.ts';

const [batch, length, width, heads, words] = [3, 19, 36, 3, 31];

/** One transformer layer over words with a tied decoder: every operation of this package in one training step. */
export function smallTransformer() {
  const variables: Variable[] = [];
  const variable = (name: string, ...shape: number[]): Variable => {
    const made = createVariable(undefined, normal(name, shape, 0.3).values, shape);
    variables.push(made);
    return made;
  };
  const pair = (name: string, ...shape: number[]): [Variable, Variable] => [
    variable(name, ...shape),
    variable(`${name} bias`, shape.at(-1)!),
  ];
  const table = variable('table', words, width);
  const [query, key, value] = [pair('query', width, width), pair('key', width, width), pair('value', width, width)];
  const [up, down] = [pair('up', width, 4 * width), pair('down', 4 * width, width)];
  const [firstNorm, secondNorm] = [pair('first norm', width), pair('second norm', width)];
  const decoderBias = variable('decoder bias', words);
  const unused = variable('unused', 2);
  const moments = variables.map(({ shape, size }) =>
    [0, 1].map(() => createVariable(undefined, new Float32Array(size), shape)),
  );
  const ids = integers('words', [batch, length], words);
  const positions = integers('positions', [batch, 4], length);
  const labels = integers('labels', [batch * 4], words);
  const mask = Float32Array.from({ length: batch * length }, (_, i) => (i % 7 === 6 ? 0 : 1));

  function loss(rate: number): Tensor {
    let hidden = ops.dropout(ops.layerNorm(ops.embedding(table, ids.tensor()), ...firstNorm), rate, 1);
    const { context } = ops.attention({
      query: ops.linear(hidden, ...query),
      key: ops.linear(hidden, ...key),
      value: ops.linear(hidden, ...value),
      heads,
      mask: tf.tensor(mask, [batch, length]),
      dropout: { rate, seed: 2 },
    });
    const inner = ops.linear(context, ...up, 'gelu');
    hidden = ops.residualLayerNorm(ops.linear(inner, ...down), hidden, ...secondNorm);
    const taken = tf.reshape(ops.gatherRows(hidden, positions.tensor()), [batch * 4, width]);
    const logits = ops.linear(taken, table, decoderBias, undefined, true);
    const target = tf.softmax(tf.cast(tf.tile(tf.expandDims(labels.tensor(), 1), [1, words]), 'float32'));
    return tf.mean(tf.add(ops.softmaxCrossEntropy(logits, labels.tensor()), ops.klDivergence(target, logits)));
  }

  return {
    variables,
    /** The loss and the gradients of all variables but the unused one, one after another. */
    valueAndGradients(rate: number): Float32Array[] {
      return tf.tidy(() => {
        const result = valueAndGradients(() => loss(rate), variables);
        const gradients = variables.filter((item) => item !== unused).map(({ name }) => result.gradients.get(name)!);
        return [result.value, ...gradients].map((tensor) => tensor.dataSync<'float32'>().slice());
      });
    },
    /** One training step; returns the loss, which the caller disposes. */
    train(step: number, rate: number): Tensor {
      return tf.tidy(() => {
        const { value, gradients } = valueAndGradients(() => loss(rate), variables);
        const states = variables.flatMap((parameter, i) => {
          const gradient = gradients.get(parameter.name);
          const [firstMoment, secondMoment] = moments[i] as [Variable, Variable];
          return gradient == null ? [] : [{ parameter, gradient, firstMoment, secondMoment, decay: 0.01 }];
        });
        const norm = ops.globalNorm(states.map(({ gradient }) => gradient));
        const gradientScale = tf.minimum(1, tf.div(1, norm));
        ops.adamW(states, { rate: 0.01, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, step, gradientScale });
        return value;
      });
    },
    dispose: () => tf.dispose([variables, moments]),
  };
}
