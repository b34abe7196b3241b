import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HashMask } from '../operations/hash-mask.ts';
import type { GraphOutput } from './c-library.ts';
import type { GraphBuilder } from './graph-function.ts';
import type { NativeKernels } from './native-kernels.ts';
import { dataTypes } from './native-types.ts';

const { TF_BOOL, TF_FLOAT, TF_INT32, TF_UINT32 } = dataTypes;

/** Calls a function with the mask's keys as an input, so that one function serves all masks. */
export function withMask<Result>(
  kernels: NativeKernels,
  mask: HashMask | undefined,
  call: (inputs: readonly TensorInfo[]) => Result,
): Result {
  if (mask === undefined) return call([]);
  const { threshold, firstKey, secondKey } = mask;
  const { binding } = kernels.backend;
  const id = binding.createTensor([3], TF_INT32, Int32Array.of(threshold, firstKey, secondKey));
  const keys = kernels.tensor(id, { shape: [3], dtype: 'int32' });
  try {
    return call([keys]);
  } finally {
    kernels.discard(keys);
  }
}

/** `x` with the elements whose hash is below the threshold set to 0: the hash of src/operations/hash-mask.ts. */
export function thin(graph: GraphBuilder, x: GraphOutput, keys: readonly GraphOutput[], scale: number): GraphOutput {
  const bits = (input: GraphOutput): GraphOutput =>
    graph.operation('Bitcast', [input], { types: { T: TF_INT32, type: TF_UINT32 } });
  const first = graph.operation('Unpack', [bits(keys[0]!)], { numbers: { num: 3, axis: 0 } });
  const [threshold, firstKey, secondKey] = [0, 1, 2].map((index) => ({ ...first, index })) as [
    GraphOutput,
    GraphOutput,
    GraphOutput,
  ];
  const constant = (value: number): GraphOutput => bits(graph.integer(value | 0));
  const folded = (h: GraphOutput, shift: number): GraphOutput =>
    graph.operation('BitwiseXor', [h, graph.operation('RightShift', [h, constant(shift)])]);
  const size = graph.operation('Size', [x]);
  const places = graph.operation('Range', [graph.integer(0), size, graph.integer(1)]);
  let h = graph.add(bits(places), firstKey);
  h = graph.multiply(folded(h, 16), constant(0x7feb352d));
  h = graph.multiply(graph.add(folded(h, 15), secondKey), constant(0x846ca68b));
  const stays = graph.operation('GreaterEqual', [folded(h, 16), threshold]);
  const factors = graph.cast(stays, TF_BOOL, TF_FLOAT);
  const shaped = graph.operation('Reshape', [factors, graph.operation('Shape', [x])]);
  return graph.multiply(x, graph.scale(shaped, scale));
}
