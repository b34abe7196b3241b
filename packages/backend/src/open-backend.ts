import type { Backend, BackendPlace } from './backend-choice.ts';
import { openCpu } from './backends/cpu.ts';
import { openWasm } from './backends/wasm.ts';
import { openWebgpu } from './backends/webgpu.ts';

export interface OpenedBackend {
  /** What a line says of it after its name; empty, or begins with a space. */
  readonly note: string;
  /** `tensorflow` and `cuda`: TensorFlow's version. */
  readonly tensorflow?: string;
}

// Whoever reads a slow run's log must find the reason there.
const slow = ' without fused kernels, because this engine lacks 128-bit SIMD';

/**
 * Makes a backend the one that computes from now on.
 *
 * @param expendable for a process that a native library may end: none tries it beforehand
 * @throws KaleidoError where it is not to be had here; it says what to install
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
