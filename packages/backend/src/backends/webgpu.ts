import { KaleidoError } from '@kaleido/foundation';
import { isNode } from '../platform/is-node.ts';
import { tf } from '../tensorflow.ts';
import { registerKernels } from '../webgpu/register-kernels.ts';
import type { WebgpuBackend } from '../webgpu/webgpu-backend.ts';

/** WebGPU: the browser's own, or Dawn through the npm package `webgpu` in Node. */
export async function openWebgpu(): Promise<void> {
  const missing = await whyNoWebgpu();
  if (missing !== undefined) {
    throw new KaleidoError({
      source: 'backend',
      problem: 'the backend "webgpu" is not to be had',
      found: missing.found,
      advice: missing.advice,
    });
  }
  await import('@tensorflow/tfjs-backend-webgpu');
  if (!(await tf.setBackend('webgpu'))) {
    throw new KaleidoError({
      source: 'backend',
      problem: 'the WebGPU backend did not start',
      advice: 'take wasm, or look above for what the driver said',
    });
  }
  registerKernels(tf.backend() as unknown as WebgpuBackend);
}

/** Makes `navigator.gpu` ready; what stands in the way where that fails. */
export async function whyNoWebgpu(): Promise<{ found: string; advice: string } | undefined> {
  if (!hasGpu()) {
    if (!isNode())
      return { found: 'no navigator.gpu', advice: 'use a browser with WebGPU on https or localhost, or take wasm' };
    try {
      const { create, globals } = await import('webgpu');
      Object.assign(globalThis, globals);
      provideGpu(create([]));
    } catch {
      return {
        found: 'npm package webgpu is absent',
        advice: 'install webgpu@0.6.2 and @tensorflow/tfjs-backend-webgpu@4.22.0, or take wasm',
      };
    }
  }
  const gpu = (globalThis.navigator as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu;
  if ((await gpu?.requestAdapter().catch(() => null)) == null) {
    return { found: 'no adapter', advice: 'install a Vulkan, Metal or D3D12 driver, or take wasm' };
  }
  try {
    await import('@tensorflow/tfjs-backend-webgpu');
  } catch {
    return {
      found: '@tensorflow/tfjs-backend-webgpu is absent',
      advice: 'install @tensorflow/tfjs-backend-webgpu@4.22.0, or take wasm',
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
