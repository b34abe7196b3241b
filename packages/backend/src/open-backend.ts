import type { Backend, BackendPlace } from './backend-choice.ts';
import { openCpu } from './backends/cpu.ts';
import { openWasm } from './backends/wasm.ts';
import { openWebgpu } from './backends/webgpu.ts';

export interface OpenedBackend {
  /** The text after its name in a description; empty, or begins with a space. */
  readonly note: string;
  /** `tensorflow` and `cuda`: TensorFlow's version. */
  readonly tensorflow?: string;
}

// Shown in logs, so that the reason for a slow run can be found.
const slow = ' without fused kernels, because this engine lacks 128-bit SIMD';

/**
 * Selects a backend for all following operations.
 *
 * @param expendable for a process that a native library may crash: no child process tries it first
 * @throws KaleidoError where it is unavailable; it says what to install
 */
export async function openBackend(name: Backend, place: BackendPlace, expendable = false): Promise<OpenedBackend> {
  switch (name) {
    case 'cuda':
    case 'tensorflow': {
      const { openNative } = await import('#native');
      const { version, from } = await openNative({
        device: name === 'cuda' ? 'gpu' : 'cpu',
        folder: place.tensorflowFolder,
        threads: place.threads,
        expendable,
      });
      return { note: ` on TensorFlow ${version} (found by ${from})`, tensorflow: version };
    }
    case 'webgpu':
      await openWebgpu();
      return { note: '' };
    case 'wasm':
      return { note: (await openWasm(place.wasmFolder)) ? '' : slow };
    case 'cpu':
      await openCpu();
      return { note: '' };
    default:
      return name satisfies never;
  }
}
