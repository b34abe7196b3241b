/// <reference types="@webgpu/types" />
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';

type DataId = TensorInfo['dataId'];

/** The part of TensorFlow.js' WebGPU backend that kernels use; some of it is private, so the version is pinned. */
export interface WebgpuBackend {
  readonly device: GPUDevice;
  readonly queue: GPUQueue;
  readonly tensorMap: {
    /** `dtype` is that of the buffer; a cast from integers to floats does not change it. */
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
  /** The number of dispatches recorded and not yet submitted. */
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  /** Data that those commands read or write: kept until they are submitted. */
  readonly commandQueueOwnedIds: { add(dataId: DataId): void };
  /** Buffers that go back to the pool once those commands are submitted. */
  readonly uniformPendingDisposal: GPUBuffer[];
  makeTensorInfo(shape: readonly number[], dtype: DataType): TensorInfo;
  /** Creates a tensor's buffer if it has none. */
  uploadToGPU(dataId: DataId): void;
  incRef(dataId: DataId): void;
  disposeData(dataId: DataId): boolean;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  getBufferData(buffer: GPUBuffer): Promise<ArrayBuffer>;
}
