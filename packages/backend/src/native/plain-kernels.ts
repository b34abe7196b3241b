import type { TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import type { NativeKernels } from './native-kernels.ts';
import { type Attribute, attributeKinds, dataTypes, typeNumbers } from './native-types.ts';

type Inputs<Names extends string> = { readonly [Name in Names]: TensorInfo };
type Kernel = (kernels: NativeKernels, inputs: never, attributes: never) => TensorInfo;

const type = (name: string, value: number): Attribute => ({ name, type: attributeKinds.TF_ATTR_TYPE, value });

/**
 * Kernels of TensorFlow.js that a training step calls often, with the output's shape computed here: its own ask
 * TensorFlow for it, which has to wait for the operation, and make a tensor for every axis and shape anew.
 */
export const plainKernels: Readonly<Record<string, Kernel>> = {
  ...Object.fromEntries(
    [
      ['Add', 'AddV2'],
      ['Sub', 'Sub'],
      ['Multiply', 'Mul'],
      ['RealDiv', 'RealDiv'],
      ['Maximum', 'Maximum'],
      ['Minimum', 'Minimum'],
    ].map(([kernelName, operation]) => [kernelName, binary(operation as string)]),
  ),

  Cast(kernels: NativeKernels, { x }: Inputs<'x'>, { dtype }: { dtype: TensorInfo['dtype'] }) {
    const attributes = [type('SrcT', typeNumbers[x.dtype]), type('DstT', typeNumbers[dtype])];
    return kernels.run('Cast', attributes, [kernels.id(x)], { shape: x.shape, dtype });
  },

  Sum(kernels: NativeKernels, { x }: Inputs<'x'>, { axis, keepDims }: { axis: number | number[]; keepDims: boolean }) {
    const axes = tf.util.parseAxisParam(axis, x.shape);
    const shape = x.shape.flatMap((side, index) => (axes.includes(index) ? (keepDims ? [1] : []) : [side]));
    const attributes = [
      type('T', typeNumbers[x.dtype]),
      { name: 'keep_dims', type: attributeKinds.TF_ATTR_BOOL, value: keepDims },
      type('Tidx', dataTypes.TF_INT32),
    ];
    return kernels.run('Sum', attributes, [kernels.id(x), kernels.integers(axes)], { shape, dtype: x.dtype });
  },

  Slice(
    kernels: NativeKernels,
    { x }: Inputs<'x'>,
    { begin, size }: { begin: number | number[]; size: number | number[] },
  ) {
    const [from, shape] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size);
    const attributes = [type('T', typeNumbers[x.dtype]), type('Index', dataTypes.TF_INT32)];
    const inputs = [kernels.id(x), kernels.integers(from as number[]), kernels.integers(shape as number[])];
    return kernels.run('Slice', attributes, inputs, { shape: shape as number[], dtype: x.dtype });
  },

  PadV2(
    kernels: NativeKernels,
    { x }: Inputs<'x'>,
    { paddings, constantValue }: { paddings: readonly (readonly [number, number])[]; constantValue: number },
  ) {
    const shape = x.shape.map((side, index) => side + paddings[index]![0] + paddings[index]![1]);
    const attributes = [type('T', typeNumbers[x.dtype]), type('Tpaddings', dataTypes.TF_INT32)];
    const filling = kernels.number(constantValue, x.dtype as 'float32' | 'int32' | 'bool');
    const inputs = [kernels.id(x), kernels.integers(paddings.flat(), [paddings.length, 2]), filling];
    return kernels.run('PadV2', attributes, inputs, { shape, dtype: x.dtype });
  },
};

/** Of two tensors of one type, broadcast to one shape. */
function binary(operation: string) {
  return (kernels: NativeKernels, { a, b }: Inputs<'a' | 'b'>): TensorInfo => {
    const shape = tf.broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
    return kernels.run(operation, [type('T', typeNumbers[a.dtype])], [kernels.id(a), kernels.id(b)], {
      shape,
      dtype: a.dtype,
    });
  };
}
