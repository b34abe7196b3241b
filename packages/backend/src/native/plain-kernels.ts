import type {
  Add,
  Cast,
  CastAttrs,
  Maximum,
  Minimum,
  Multiply,
  PadV2,
  PadV2Attrs,
  RealDiv,
  Reshape,
  ReshapeAttrs,
  Slice,
  SliceAttrs,
  Sub,
  Sum,
  SumAttrs,
  TensorInfo,
} from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { flag, type } from './attributes.ts';
import type { NativeKernels } from './native-kernels.ts';
import { dataTypes, typeNumbers } from './native-types.ts';
import { reshape } from './reshape.ts';

type BinaryKernel = (kernels: NativeKernels, inputs: { readonly a: TensorInfo; readonly b: TensorInfo }) => TensorInfo;
type UnaryKernel<Attributes> = (
  kernels: NativeKernels,
  inputs: { readonly x: TensorInfo },
  attributes: Attributes,
) => TensorInfo;

/** TensorFlow.js' names and types, so that a misspelt name does not compile. */
interface PlainKernels {
  readonly [Add]: BinaryKernel;
  readonly [Cast]: UnaryKernel<CastAttrs>;
  readonly [Maximum]: BinaryKernel;
  readonly [Minimum]: BinaryKernel;
  readonly [Multiply]: BinaryKernel;
  readonly [PadV2]: UnaryKernel<PadV2Attrs>;
  readonly [RealDiv]: BinaryKernel;
  readonly [Reshape]: UnaryKernel<ReshapeAttrs>;
  readonly [Slice]: UnaryKernel<SliceAttrs>;
  readonly [Sub]: BinaryKernel;
  readonly [Sum]: UnaryKernel<SumAttrs>;
}

/**
 * Kernels of TensorFlow.js that a training step calls often. These compute the output's shape here: TensorFlow.js' own ask
 * TensorFlow for it, which waits for the operation, and make a new tensor for every axis and shape.
 */
export const plainKernels: PlainKernels = {
  Add: binary('AddV2'),
  Maximum: binary('Maximum'),
  Minimum: binary('Minimum'),
  Multiply: binary('Mul'),
  RealDiv: binary('RealDiv'),
  Sub: binary('Sub'),

  Cast(kernels, { x }, { dtype }) {
    const attributes = [type('SrcT', typeNumbers[x.dtype]), type('DstT', typeNumbers[dtype])];
    return kernels.run('Cast', attributes, [kernels.id(x)], { shape: x.shape, dtype });
  },

  Sum(kernels, { x }, { axis, keepDims }) {
    const axes = tf.util.parseAxisParam(axis, x.shape);
    const shape = x.shape.flatMap((side, index) => (axes.includes(index) ? (keepDims ? [1] : []) : [side]));
    const attributes = [type('T', typeNumbers[x.dtype]), flag('keep_dims', keepDims), type('Tidx', dataTypes.TF_INT32)];
    return kernels.run('Sum', attributes, [kernels.id(x), kernels.integers(axes)], { shape, dtype: x.dtype });
  },

  Reshape(kernels, { x }, { shape }) {
    return reshape(kernels, x, tf.util.inferFromImplicitShape([...shape], tf.util.sizeFromShape([...x.shape])));
  },

  Slice(kernels, { x }, { begin, size }) {
    const [from, shape] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size);
    const attributes = [type('T', typeNumbers[x.dtype]), type('Index', dataTypes.TF_INT32)];
    const inputs = [kernels.id(x), kernels.integers(from as number[]), kernels.integers(shape as number[])];
    return kernels.run('Slice', attributes, inputs, { shape: shape as number[], dtype: x.dtype });
  },

  PadV2(kernels, { x }, { paddings, constantValue }) {
    const shape = x.shape.map((side, index) => side + paddings[index]![0] + paddings[index]![1]);
    const attributes = [type('T', typeNumbers[x.dtype]), type('Tpaddings', dataTypes.TF_INT32)];
    const filling = kernels.number(constantValue, x.dtype as 'float32' | 'int32' | 'bool');
    const inputs = [kernels.id(x), kernels.integers(paddings.flat(), [paddings.length, 2]), filling];
    return kernels.run('PadV2', attributes, inputs, { shape, dtype: x.dtype });
  },
};

/** A kernel for two tensors of one type, broadcast to one shape. */
function binary(operation: string): BinaryKernel {
  return (kernels, { a, b }) => {
    const shape = tf.broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
    return kernels.run(operation, [type('T', typeNumbers[a.dtype])], [kernels.id(a), kernels.id(b)], {
      shape,
      dtype: a.dtype,
    });
  };
}
