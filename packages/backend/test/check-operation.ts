import { expect } from '@jest/globals';
import { randomStream } from '@kaleido/foundation';
import {
  type Backend,
  createVariable,
  memory,
  readAll,
  selectBackend,
  type Tensor,
  tf,
  type Variable,
  valueAndGradients,
  withComposedOperations,
} from '../src/index.ts';
import { tensorflowMissing } from './tensorflow.ts';
import { webgpuMissing } from './webgpu.ts';

export type Variant = 'cpu' | 'wasm' | 'wasm, composed' | 'tensorflow' | 'tensorflow, composed' | 'webgpu';

/** Every way to compute an operation, and why it is unavailable here, if it is; conformance.test.ts lists them. */
export const everyVariant: Readonly<Record<Variant, string | undefined>> = {
  cpu: undefined,
  wasm: undefined,
  'wasm, composed': undefined,
  tensorflow: tensorflowMissing,
  'tensorflow, composed': tensorflowMissing,
  webgpu: webgpuMissing,
};

/** The ways that are available here. */
export const variants = (Object.keys(everyVariant) as Variant[]).filter((name) => everyVariant[name] === undefined);

/** Selects the variant's backend, and returns a function that runs another one in this variant. */
export async function open(variant: Variant): Promise<<Result>(run: () => Result) => Result> {
  const [name, composed] = variant.split(', ') as [Backend, string | undefined];
  await selectBackend({ prefer: name });
  return composed === undefined ? (run) => run() : withComposedOperations;
}

/** Makes a tensor, reads its values in the way that every backend supports, and frees it. */
export async function valuesOf(make: () => Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(make);
  const [values] = await readAll([tensor]);
  tensor.dispose();
  return values as Float32Array;
}

export interface Input {
  readonly shape: readonly number[];
  /** Float32 values, so that the reference starts from the same numbers. */
  readonly values: Float32Array;
}

/** Normal draws, times the scale. */
export function normal(name: string, shape: readonly number[], scale = 1): Input {
  const stream = randomStream(1, name);
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, values: Float32Array.from({ length: size }, () => stream.normal() * scale) };
}

/** Draws from 0 to below the bound. */
export function integers(
  name: string,
  shape: readonly number[],
  bound: number,
): { tensor(): Tensor; values: number[] } {
  const stream = randomStream(2, name);
  const values = Array.from({ length: shape.reduce((product, length) => product * length, 1) }, () =>
    stream.integer(bound),
  );
  return { values, tensor: () => tf.tensor(Int32Array.from(values), [...shape], 'int32') };
}

export interface OperationCheck<Name extends string> {
  readonly variant: Variant;
  /** All of them get their gradient checked. */
  readonly inputs: Readonly<Record<Name, Input>>;
  readonly run: (tensors: Readonly<Record<Name, Variable>>) => Tensor;
  /** The same in double precision. */
  readonly reference: (values: Readonly<Record<Name, Float64Array>>) => ArrayLike<number>;
  /** Largest error, as a share of the largest value; 2e-5 by default: two hundred units in the last place. */
  readonly tolerance?: number;
  /** The largest value counts as at least this, 1e-3 by default: for results that should be 0. */
  readonly scale?: number;
  /** Step of each input's finite differences, 1e-5 by default; another for inputs of another size, or if the gradient changes within the step. */
  readonly steps?: Readonly<Partial<Record<Name, number>>>;
}

/**
 * Compares an operation's values with the reference, its gradients with the reference's finite differences, and counts
 * the tensors left alive.
 */
export async function checkOperation<Name extends string>(check: OperationCheck<Name>): Promise<void> {
  const { variant, inputs, run, reference, tolerance = 2e-5, scale, steps } = check;
  const way = await open(variant);
  const before = memory().numTensors;
  const names = Object.keys(inputs) as Name[];
  const variables = Object.fromEntries(
    names.map((name) => [name, createVariable(undefined, inputs[name].values, inputs[name].shape)]),
  ) as Record<Name, Variable>;
  const values = Object.fromEntries(names.map((name) => [name, Float64Array.from(inputs[name].values)])) as Record<
    Name,
    Float64Array
  >;
  const expected = reference(values);
  // The gradient is that of a sum with these weights, so that swapped places are noticed.
  const weights = normal('weights', [expected.length]).values;

  if (expected.length === 0 && variant === 'webgpu') {
    // TensorFlow.js' own WebGPU kernels cannot sum nothing, so there is no loss to take gradients of.
    const nothing = await valuesOf(() => way(() => run(variables)));
    tf.dispose(Object.values(variables) as Tensor[]);
    expectClose(nothing, expected, tolerance, 'value', scale);
    expect(memory().numTensors).toBe(before);
    return;
  }
  const results = tf.tidy(() => {
    const { outputs, gradients } = valueAndGradients(
      () => {
        const output = way(() => run(variables));
        return { loss: tf.sum(tf.mul(tf.reshape(output, [-1]), tf.tensor(weights))), output };
      },
      names.map((name) => variables[name]),
    );
    return [outputs.output, ...names.map((name) => gradients.get(variables[name].name)!)];
  });
  const [output, ...gradients] = (await readAll(results)) as [Float32Array, ...Float32Array[]];
  tf.dispose(results);
  tf.dispose(Object.values(variables) as Tensor[]);
  expect(memory().numTensors).toBe(before);

  expectClose(output, expected, tolerance, 'value', scale);
  names.forEach((name, index) => {
    const places = samplePlaces(inputs[name].values.length);
    const differences = places.map((place) =>
      finiteDifference(values, name, place, steps?.[name] ?? 1e-5, reference, weights),
    );
    const found = places.map((place) => gradients[index]![place]!);
    expectClose(found, differences, tolerance * 5, `gradient of ${name}`, scale);
  });
}

/** Fails with the largest error and its place. */
export function expectClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
  least = 1e-3,
): void {
  expect([what, found.length]).toEqual([what, expected.length]);
  let [scale, largest, worst] = [least, 0, 0];
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]!));
    const error = Math.abs(found[i]! - expected[i]!);
    // NaN counts as the largest error; comparisons with it are false.
    if (error > largest || Number.isNaN(error)) [largest, worst] = [Number.isNaN(error) ? Infinity : error, i];
  }
  if (!(largest <= tolerance * scale)) {
    throw new Error(
      `${what}: at ${worst} found ${found[worst]}, expected ${expected[worst]} (largest of all ${scale})`,
    );
  }
}

/** All places of a small input, 12 of a large one. */
function samplePlaces(size: number): number[] {
  if (size <= 48) return Array.from({ length: size }, (_, place) => place);
  const stream = randomStream(3, size);
  return [0, size - 1, ...Array.from({ length: 10 }, () => stream.integer(size))];
}

function finiteDifference<Name extends string>(
  values: Record<Name, Float64Array>,
  name: Name,
  place: number,
  step: number,
  reference: (values: Readonly<Record<Name, Float64Array>>) => ArrayLike<number>,
  weights: Float32Array,
): number {
  const at = (shift: number): number => {
    const moved = values[name].slice();
    moved[place]! += shift;
    const output = reference({ ...values, [name]: moved });
    return weights.reduce((sum, weight, i) => sum + weight * output[i]!, 0);
  };
  // The actual shift: next to a large value it is rounded.
  const value = values[name][place]!;
  return (at(step) - at(-step)) / (value + step - (value - step));
}
