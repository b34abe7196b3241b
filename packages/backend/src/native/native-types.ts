import type { TensorInfo } from '@tensorflow/tfjs-core';

/** TensorFlow's numbers for data types (tensorflow/c/tf_datatype.h). */
export const dataTypes = {
  TF_FLOAT: 1,
  TF_INT32: 3,
  TF_UINT8: 4,
  TF_STRING: 7,
  TF_COMPLEX64: 8,
  TF_INT64: 9,
  TF_BOOL: 10,
  TF_BFLOAT16: 14,
  TF_HALF: 19,
  TF_RESOURCE: 20,
  TF_UINT32: 22,
} as const;

/** Data types by TensorFlow.js' names. */
export const typeNumbers: Readonly<Record<TensorInfo['dtype'], number>> = {
  float32: dataTypes.TF_FLOAT,
  int32: dataTypes.TF_INT32,
  bool: dataTypes.TF_BOOL,
  complex64: dataTypes.TF_COMPLEX64,
  string: dataTypes.TF_STRING,
};

/** tfjs-node's numbers for the kinds of attributes of an operation. */
export const attributeKinds = {
  TF_ATTR_STRING: 0,
  TF_ATTR_INT: 1,
  TF_ATTR_FLOAT: 2,
  TF_ATTR_BOOL: 3,
  TF_ATTR_TYPE: 4,
  TF_ATTR_SHAPE: 5,
} as const;

/** An attribute as tfjs-node passes it. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly boolean[] | readonly number[] | readonly string[];
}

/** A tensor that TensorFlow holds. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** A device that TensorFlow computes on. */
export interface Device {
  /** `CPU` or `GPU`. */
  readonly type: string;
  /** TensorFlow's name: `/job:localhost/replica:0/task:0/device:CPU:0`. */
  readonly name: string;
}
