import type { Slice, SliceAttrs, SplitV, SplitVAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import type { KernelMemory } from './kernel-memory.ts';

type Kernel<Attributes, Outputs> = (memory: KernelMemory, x: TensorInfo, attributes: Attributes) => Outputs;

interface SliceKernels {
  readonly [Slice]: Kernel<SliceAttrs, TensorInfo>;
  readonly [SplitV]: Kernel<SplitVAttrs, TensorInfo[]>;
}

/**
 * Kernels that take parts of a tensor, in place of TensorFlow.js' own for wasm, which copy the whole tensor out of the
 * WebAssembly memory first.
 */
export const sliceKernels: SliceKernels = {
  Slice(memory, x, { begin, size }) {
    const [starts, lengths] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size) as [number[], number[]];
    tf.slice_util.assertParamsValid(x as tf.Tensor, starts, lengths);
    return slice(memory, x, starts, lengths);
  },

  SplitV(memory, x, { numOrSizeSplits, axis }) {
    const along = tf.util.parseAxisParam(axis, x.shape)[0] as number;
    const starts = x.shape.map(() => 0);
    return tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, along).map((length) => {
      const part = slice(memory, x, starts, x.shape.with(along, length));
      starts[along]! += length;
      return part;
    });
  },
};

function slice(memory: KernelMemory, x: TensorInfo, starts: readonly number[], lengths: readonly number[]): TensorInfo {
  const bytes = tf.util.bytesPerElement(x.dtype as 'float32' | 'int32' | 'bool');
  const strides = [...tf.util.computeStrides(x.shape), 1].slice(0, x.shape.length);
  // A piece is contiguous in memory: everything from the last dimension that is not taken whole.
  let last = lengths.length - 1;
  while (last > 0 && lengths[last] === x.shape[last]) last--;
  const pieceLength = lengths.slice(Math.max(0, last)).reduce((product, length) => product * length, 1);
  const outer = lengths.slice(0, Math.max(0, last));
  function* offsets(dimension: number, start: number): Generator<number> {
    if (dimension === outer.length) yield bytes * (start + (starts[dimension] ?? 0) * (strides[dimension] ?? 0));
    else
      for (let i = 0; i < outer[dimension]!; i++)
        yield* offsets(dimension + 1, start + (starts[dimension]! + i) * strides[dimension]!);
  }
  return memory.copyPieces(x, lengths, bytes * pieceLength, offsets(0, 0));
}
