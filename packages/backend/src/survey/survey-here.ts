import type { Backend, BackendPlace } from '../backend-choice.ts';
import { readAdapter } from '../backends/webgpu-adapter.ts';
import { openBackend } from '../open-backend.ts';
import type { Platform } from '../platform/platform.ts';
import { tf } from '../tensorflow.ts';
import type { FoundBackend } from './backend-survey.ts';
import { checkGradients } from './check-gradients.ts';
import { measureProducts } from './measure-products.ts';

/**
 * Opens a backend in this process, or page, and measures it.
 *
 * @throws KaleidoError where it is unavailable
 */
export async function surveyHere(backend: Backend, place: BackendPlace): Promise<FoundBackend> {
  const { tensorflow } = await openBackend(backend, place, true);
  const { platform } = await import('#platform');
  return {
    backend,
    found: true,
    ...(await identify(backend, platform, tensorflow)),
    gradients: await checkGradients(),
    matmul: await measureProducts(),
  };
}

async function identify(
  backend: Backend,
  platform: Platform,
  tensorflow: string | undefined,
): Promise<Pick<FoundBackend, 'version' | 'device' | 'software'>> {
  const library = `tfjs ${tf.version_core}`;
  const processor = { device: platform.processorName(), software: false };
  switch (backend) {
    case 'cuda':
      return { version: `TensorFlow ${tensorflow}`, device: await platform.graphicsName(), software: false };
    case 'tensorflow':
      return { version: `TensorFlow ${tensorflow}`, ...processor };
    case 'webgpu': {
      const probe = await readAdapter();
      const { name, software } = 'adapter' in probe ? probe.adapter : { name: 'nameless adapter', software: false };
      const dawn = platform.dawnVersion();
      return { version: dawn === undefined ? library : `${library}, Dawn ${dawn}`, device: name, software };
    }
    case 'wasm':
      return { version: `${library}, ${await wasmFeatures()}`, ...processor };
    case 'cpu':
      return { version: library, ...processor };
    default:
      return backend satisfies never;
  }
}

/** Which build of TensorFlow.js' WebAssembly backend runs. */
async function wasmFeatures(): Promise<string> {
  const environment = tf.env();
  const simd = (await environment.getAsync('WASM_HAS_SIMD_SUPPORT')) ? 'SIMD' : 'no SIMD';
  if (!(await environment.getAsync('WASM_HAS_MULTITHREAD_SUPPORT'))) return `${simd}, 1 thread`;
  const { getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
  return `${simd}, ${getThreadsCount()} threads`;
}
