import type { TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { float, integers, text } from './attributes.ts';
import type { NativeKernels } from './native-kernels.ts';
import { type Attribute, attributeKinds, dataTypes } from './native-types.ts';

/** What TensorFlow.js passes to its fused convolutions. */
interface FusedInputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias?: TensorInfo;
}

interface FusedAttributes {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dilations: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly activation?: string;
}

export type FusedConvolution = (
  kernels: NativeKernels,
  inputs: FusedInputs,
  attributes: FusedAttributes,
) => TensorInfo | undefined;

/** TensorFlow's operations for the activations. */
const activations: Readonly<Record<string, string | undefined>> = { relu: 'Relu', relu6: 'Relu6' };

/** The types of `_FusedConv2D`'s further arguments. */
const biasType: Attribute = { name: 'TArgs', type: attributeKinds.TF_ATTR_TYPE, value: [dataTypes.TF_FLOAT] };
/**
 * Convolutions with bias and activation in one operation where TensorFlow has one, and with any padding; tfjs-node's
 * kernels take three operations, and support `same` and `valid` only. Returns undefined for other forms, which
 * tfjs-node's kernels compute.
 */
export const convolutionKernels: Readonly<Record<'FusedConv2D' | 'FusedDepthwiseConv2D', FusedConvolution>> = {
  FusedConv2D(kernels, { x, filter, bias }, attributes) {
    const form = formOf(x, filter, attributes, false);
    if (form === undefined || bias === undefined) return undefined;
    const fused = ['BiasAdd', ...(form.activation === undefined ? [] : [form.activation])];
    return kernels.run(
      '_FusedConv2D',
      [...form.attributes, biasType, integers('num_args', 1), text('fused_ops', fused)],
      [kernels.id(x), kernels.id(filter), kernels.id(bias)],
      { shape: form.shape },
    );
  },

  FusedDepthwiseConv2D(kernels, { x, filter, bias }, attributes) {
    const form = formOf(x, filter, attributes, true);
    if (form === undefined || bias === undefined) return undefined;
    return kernels.scope((own) => {
      const sums = own(
        kernels.run('DepthwiseConv2dNative', form.attributes, [kernels.id(x), kernels.id(filter)], {
          shape: form.shape,
        }),
      );
      const biased = kernels.run(
        'BiasAdd',
        [float, text('data_format', 'NHWC')],
        [kernels.id(sums), kernels.id(bias)],
        { shape: form.shape },
      );
      if (form.activation === undefined) return biased;
      return kernels.run(form.activation, [float], [kernels.id(own(biased))], { shape: form.shape });
    });
  },
};

interface Form {
  readonly shape: readonly number[];
  readonly attributes: readonly Attribute[];
  readonly activation: string | undefined;
}

function formOf(x: TensorInfo, filter: TensorInfo, given: FusedAttributes, depthwise: boolean): Form | undefined {
  const { strides, pad, dataFormat = 'NHWC', dilations, dimRoundingMode, activation = 'linear' } = given;
  const isKnown = activation === 'linear' || activations[activation] !== undefined;
  if (dataFormat !== 'NHWC' || !isKnown || x.dtype !== 'float32' || filter.dtype !== 'float32') return undefined;
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
  );
  const { type, top, bottom, left, right } = info.padInfo;
  const explicit = type !== 'SAME' && type !== 'VALID';
  return {
    shape: info.outShape,
    attributes: [
      float,
      integers('strides', [1, info.strideHeight, info.strideWidth, 1]),
      text('padding', explicit ? 'EXPLICIT' : type),
      integers('explicit_paddings', explicit ? [0, 0, top, bottom, left, right, 0, 0] : []),
      text('data_format', 'NHWC'),
      integers('dilations', [1, info.dilationHeight, info.dilationWidth, 1]),
    ],
    activation: activations[activation],
  };
}
