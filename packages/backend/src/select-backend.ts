import { KaleidoError } from '@kaleido/foundation';
import { openCpu } from './backends/cpu.ts';
import { openWasm } from './backends/wasm.ts';
import { openWebgpu } from './backends/webgpu.ts';

/** Every backend the project names, the fastest first. */
export const backends = ['cuda', 'webgpu', 'tensorflow', 'wasm', 'cpu'] as const;

export type Backend = (typeof backends)[number];

export interface BackendChoice {
  /** The backend to take; without it the best one that is known to train well here. */
  readonly prefer?: Backend;
  /** Browsers only: the URL, ending in `/`, of the folder with the `.wasm` files of `@tensorflow/tfjs-backend-wasm`. */
  readonly wasmFolder?: string;
}

export interface SelectedBackend {
  readonly name: Backend;
  /** One line: which backend was taken, and why no better one. */
  readonly description: string;
}

// Whoever reads a slow run's log must find the reason there.
const slow = ' without fused kernels, because this engine lacks 128-bit SIMD';

/**
 * Takes a backend for every operation of this process (or worker, or page) that follows.
 *
 * @throws KaleidoError for an unknown name, and for a backend that is not to be had here (it says what to install)
 */
export async function selectBackend({ prefer, wasmFolder }: BackendChoice = {}): Promise<SelectedBackend> {
  // WebGPU is not taken unasked: its LayerNorm and Adam are still many small dispatches each, and without a real GPU
  // behind the adapter (a software driver) it is slower than WebAssembly and no safer.
  if (prefer === undefined) {
    const fused = await openWasm(wasmFolder);
    return {
      name: 'wasm',
      description: `wasm${fused ? '' : slow} (cuda and tensorflow are not part of this version; webgpu is taken only when asked for)`,
    };
  }
  let note = '';
  switch (prefer) {
    case 'cuda':
    case 'tensorflow':
      throw new KaleidoError({
        source: 'backend',
        problem: `the backend "${prefer}" is not part of this version`,
        advice: 'take wasm, or webgpu where there is a GPU',
      });
    case 'webgpu':
      await openWebgpu();
      break;
    case 'wasm':
      if (!(await openWasm(wasmFolder))) note = slow;
      break;
    case 'cpu':
      await openCpu();
      break;
    default:
      prefer satisfies never;
      throw new KaleidoError({
        source: 'backend',
        problem: 'unknown backend',
        found: prefer,
        advice: `known are ${backends.join(', ')}`,
      });
  }
  return { name: prefer, description: `${prefer}${note} (asked for)` };
}
