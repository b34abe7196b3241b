import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { NativeBinding } from './native-binding.ts';

type DataId = TensorInfo['dataId'];

/** tfjs-node's record of a tensor. */
interface TensorEntry {
  readonly shape: number[];
  readonly dtype: number;
  /** Values not yet copied to TensorFlow. */
  values: ArrayBufferView | null;
  /** The id of TensorFlow's tensor; -1 before it has one. */
  id: number;
  refCount: number;
}

/** The part of tfjs-node's backend that kernels use. */
export interface NodeBackend {
  readonly binding: NativeBinding;
  readonly tensorMap: {
    has(dataId: DataId): boolean;
    get(dataId: DataId): TensorEntry;
    set(dataId: DataId, entry: TensorEntry): void;
  };
  /** TensorFlow's ids of tensors; copies to TensorFlow those that it does not have yet. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  incRef(dataId: DataId): void;
  disposeData(dataId: DataId, force?: boolean): boolean;
}
