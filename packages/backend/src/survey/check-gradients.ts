import { randomStream } from '@kaleido/foundation';
import { createVariable } from '../create-variable.ts';
import { layerNorm } from '../operations/layer-norm.ts';
import { linear } from '../operations/linear.ts';
import { softmaxCrossEntropy } from '../operations/softmax-cross-entropy.ts';
import { readAll } from '../read-all.ts';
import { type Tensor, tf, type Variable } from '../tensorflow.ts';
import { valueAndGradients } from '../value-and-gradients.ts';
import type { GradientCheck } from './backend-survey.ts';
import {
  classes,
  inputWidth,
  networkGradient,
  type ParameterName,
  type Parameters,
  parameterShapes,
  rows,
} from './reference-network.ts';

/**
 * Larger than rounding errors, even if a GPU multiplies with ten bits (TF32), and far smaller than the effect of a
 * mistake.
 */
const tolerance = 1e-2;

/**
 * Compares the current backend's gradients of a small network with finite differences in double precision; leaves no
 * tensor alive.
 */
export async function checkGradients(): Promise<GradientCheck> {
  const input = draw('input', rows * inputWidth);
  const labels = Int32Array.from({ length: rows }, (_, row) => row % classes);
  const names = Object.keys(parameterShapes) as ParameterName[];
  const parameters = Object.fromEntries(
    names.map((name) => [
      name,
      draw(
        name,
        parameterShapes[name].reduce((size, side) => size * side, 1),
      ),
    ]),
  ) as unknown as Parameters;
  const variables = names.map((name) =>
    createVariable(undefined, Float32Array.from(parameters[name]), parameterShapes[name]),
  );
  const gradients = tf.tidy(() => {
    const x = tf.tensor(Float32Array.from(input), [rows, inputWidth]);
    const y = tf.tensor(labels, [rows], 'int32');
    const computed = valueAndGradients(() => loss(x, y, variables), variables).gradients;
    return variables.map(({ name }) => computed.get(name) as Tensor);
  });
  const found = await readAll(gradients);
  tf.dispose([...gradients, ...variables]);
  const errors = names.map((name, index) =>
    relativeError(found[index] as Float32Array, networkGradient(input, labels, parameters, name)),
  );
  const largestRelativeError = Math.max(...errors);
  return { passed: largestRelativeError <= tolerance, largestRelativeError };
}

function loss(x: Tensor, labels: Tensor, variables: readonly Variable[]): Tensor {
  const [kernel, bias, gamma, beta, decoder] = variables as unknown as readonly [
    Variable,
    Variable,
    Variable,
    Variable,
    Variable,
  ];
  const hidden = layerNorm(linear(x, kernel, bias, 'gelu'), gamma, beta);
  return tf.mean(softmaxCrossEntropy(linear(hidden, decoder), labels));
}

/** Normal draws rounded to single precision, so that both sides start from the same numbers. */
function draw(name: string, size: number): Float64Array {
  const stream = randomStream(1, 'gradient check', name);
  return Float64Array.from({ length: size }, () => Math.fround(stream.normal()));
}

function relativeError(found: Float32Array, expected: Float64Array): number {
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  // A NaN makes the maximum NaN.
  return Math.max(...expected.map((value, index) => Math.abs((found[index] as number) - value) / scale));
}
