/// <reference types="@webgpu/types" />
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';

type DataId = TensorInfo['dataId'];

/** TensorFlow.js' WebGPU backend, as far as kernels need it; some of it is private there, in a version that is pinned. */
export interface WebgpuBackend {
  readonly device: GPUDevice;
  readonly queue: GPUQueue;
  readonly tensorMap: {
    /** `dtype` is that of the buffer, which a cast from integers to floats leaves as it was. */
    get(dataId: DataId): {
      readonly dtype: DataType;
      readonly refCount: number;
      readonly resource?: GPUBuffer | null;
      values: ArrayBufferView | null;
    };
  };
  readonly bufferManager: {
    acquireBuffer(size: number, usage: number, mappedAtCreation?: boolean, reuse?: boolean): GPUBuffer;
  };
  /** Of the commands that are recorded and not yet submitted. */
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  /** Data that those commands read or write: kept until they are submitted. */
  readonly commandQueueOwnedIds: { add(dataId: DataId): void };
  /** Buffers that go back to the pool once those commands are submitted. */
  readonly uniformPendingDisposal: GPUBuffer[];
  makeTensorInfo(shape: readonly number[], dtype: DataType): TensorInfo;
  /** Gives a tensor its buffer where it has none. */
  uploadToGPU(dataId: DataId): void;
  incRef(dataId: DataId): void;
  disposeData(dataId: DataId): boolean;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  getBufferData(buffer: GPUBuffer): Promise<ArrayBuffer>;
}
