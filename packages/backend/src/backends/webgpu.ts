/// <reference types="@webgpu/types" />
import { KaleidoError } from '@kaleido/foundation';
import { isNode } from '../platform/is-node.ts';
import { tf } from '../tensorflow.ts';
import { type OpenedDevice, openDevice, type WebgpuBackendClass } from '../webgpu/open-device.ts';
import { registerKernels } from '../webgpu/register-kernels.ts';

let opened: OpenedDevice | undefined;

/** WebGPU: the browser's, or Dawn through the npm package `webgpu` in Node. A lost device is replaced. */
export async function openWebgpu(): Promise<void> {
  const missing = await whyNoWebgpu();
  if (missing !== undefined) {
    throw new KaleidoError({
      source: 'backend',
      problem: 'the backend "webgpu" is unavailable',
      found: missing.found,
      advice: missing.advice,
    });
  }
  if (opened === undefined || opened.watch.isLost) opened = await register();
  if (!(await tf.setBackend('webgpu'))) throw didNotStart();
}

/** Registers a backend on our own device, instead of the one that TensorFlow.js would open. */
async function register(): Promise<OpenedDevice> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw didNotStart();
  const device = await openDevice(adapter, WebGPUBackend as WebgpuBackendClass).catch((cause: unknown) => {
    throw didNotStart(cause);
  });
  // TensorFlow.js' own registration, or that of a lost device.
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => device.backend as unknown as tf.KernelBackend, 3);
  registerKernels(device.backend);
  return device;
}

function didNotStart(cause?: unknown): KaleidoError {
  return new KaleidoError({
    source: 'backend',
    problem: 'the WebGPU backend did not start',
    ...(cause instanceof Error ? { found: cause.message, cause } : {}),
    advice: 'use wasm, or update the driver',
  });
}

/** Prepares `navigator.gpu`; returns why that fails, or undefined. */
export async function whyNoWebgpu(): Promise<{ found: string; advice: string } | undefined> {
  if (!hasGpu()) {
    if (!isNode())
      return { found: 'no navigator.gpu', advice: 'use a browser with WebGPU on https or localhost, or use wasm' };
    try {
      const { create, globals } = await import('webgpu');
      Object.assign(globalThis, globals);
      provideGpu(create([]));
    } catch {
      return {
        found: 'npm package webgpu is absent',
        advice: 'install webgpu@0.6.2 and @tensorflow/tfjs-backend-webgpu@4.22.0, or use wasm',
      };
    }
  }
  const gpu = (globalThis.navigator as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu;
  if ((await gpu?.requestAdapter().catch(() => null)) == null) {
    return { found: 'no adapter', advice: 'install a Vulkan, Metal or D3D12 driver, or use wasm' };
  }
  try {
    await import('@tensorflow/tfjs-backend-webgpu');
  } catch {
    return {
      found: '@tensorflow/tfjs-backend-webgpu is absent',
      advice: 'install @tensorflow/tfjs-backend-webgpu@4.22.0, or use wasm',
    };
  }
  return undefined;
}

function hasGpu(): boolean {
  return (globalThis.navigator as { gpu?: unknown } | undefined)?.gpu !== undefined;
}

/** Node 20 has no `navigator`; from Node 21 there is one that cannot be replaced, only extended. */
function provideGpu(gpu: unknown): void {
  if (globalThis.navigator === undefined) {
    Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  } else {
    Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  }
}
