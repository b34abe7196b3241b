/// <reference types="@webgpu/types" />
import { outOfMemory } from '../out-of-memory.ts';
import { DeviceWatch } from './device-watch.ts';
import type { WebgpuBackend } from './webgpu-backend.ts';

/** TensorFlow.js' class, typed here because it is an optional peer. */
export type WebgpuBackendClass = new (device: GPUDevice, info?: GPUAdapterInfo) => WebgpuBackend;

export interface OpenedDevice {
  readonly backend: WebgpuBackend;
  readonly watch: DeviceWatch;
}

/** Features that are enabled if the adapter has them. */
const wantedFeatures: readonly GPUFeatureName[] = ['shader-f16', 'timestamp-query', 'bgra8unorm-storage'];
const wantedLimits = [
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
] as const;

/**
 * A TensorFlow.js backend on our own device, with the adapter's own limits instead of WebGPU's defaults. Errors are
 * thrown as KaleidoErrors by the next submission or read, instead of a promise rejected with the driver's message.
 */
export async function openDevice(adapter: GPUAdapter, Backend: WebgpuBackendClass): Promise<OpenedDevice> {
  const device = await adapter.requestDevice({
    requiredFeatures: wantedFeatures.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(wantedLimits.map((limit) => [limit, adapter.limits[limit]])),
  });
  const watch = new DeviceWatch(device);

  class WatchedBackend extends Backend {
    override submitQueue(): void {
      super.submitQueue();
      watch.assertSound();
    }

    override async getBufferData(buffer: GPUBuffer): Promise<ArrayBuffer> {
      try {
        const values = await super.getBufferData(buffer);
        watch.assertSound();
        return values;
      } catch (error) {
        throw await watch.explain(error);
      }
    }
  }

  const backend = new WatchedBackend(device, adapter.info);
  const { bufferManager } = backend;
  const acquireBuffer = bufferManager.acquireBuffer.bind(bufferManager);
  // WebGPU itself would report it later, for no particular operation.
  bufferManager.acquireBuffer = (size, ...rest) => {
    const most = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
    if (size > most) throw outOfMemory(`a WebGPU buffer (at most ${most} bytes here)`, size);
    return acquireBuffer(size, ...rest);
  };
  return { backend, watch };
}
