import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { NativeBinding } from './native-binding.ts';

type DataId = TensorInfo['dataId'];

/** What tfjs-node's backend knows of a tensor. */
interface TensorEntry {
  readonly shape: number[];
  readonly dtype: number;
  /** Values that TensorFlow has not been given yet. */
  values: ArrayBufferView | null;
  /** TensorFlow's tensor, -1 before it has one. */
  id: number;
  refCount: number;
}

/** tfjs-node's backend, as far as kernels need it. */
export interface NodeBackend {
  readonly binding: NativeBinding;
  readonly tensorMap: {
    has(dataId: DataId): boolean;
    get(dataId: DataId): TensorEntry;
    set(dataId: DataId, entry: TensorEntry): void;
  };
  /** Gives TensorFlow the tensors that it does not have yet. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  incRef(dataId: DataId): void;
  disposeData(dataId: DataId, force?: boolean): boolean;
}
