import { KaleidoError } from '@kaleido/foundation';
import { openCpu } from './backends/cpu.ts';
import { openWasm } from './backends/wasm.ts';
import { openWebgpu } from './backends/webgpu.ts';
import { type Precision, precisions, setPrecision } from './precision.ts';

/** Every backend the project names, the fastest first. */
export const backends = ['cuda', 'webgpu', 'tensorflow', 'wasm', 'cpu'] as const;

export type Backend = (typeof backends)[number];

/** Whether a backend spreads each operation over the cores, or the GPU, by itself: a second one beside it only disturbs. */
export function usesAllCores(backend: Backend): boolean {
  return backend !== 'wasm' && backend !== 'cpu';
}

export interface BackendChoice {
  /** The backend to take; without it the best one that is known to train well here. */
  readonly prefer?: Backend;
  /**
   * `tensorflow` and `cuda` only: the folder with TensorFlow's libraries (`site-packages/tensorflow`). Without it the
   * environment variable KALEIDO_TENSORFLOW, the user's cache, and what `pip install tensorflow` left are looked at.
   */
  readonly tensorflowFolder?: string;
  /** `tensorflow` only: threads of one operation, >= 1; as many as there are cores where left out. */
  readonly threads?: number;
  /**
   * `mixed` multiplies matrices in half precision (bfloat16 on `tensorflow` and `cuda`), which hardware made for it does
   * many times faster, and rounds each factor to 8 bits; float32 where left out, so that backends agree.
   */
  readonly precision?: Precision;
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
export async function selectBackend({
  prefer,
  wasmFolder,
  tensorflowFolder,
  threads,
  precision = 'float32',
}: BackendChoice = {}): Promise<SelectedBackend> {
  checkPrecision(prefer, precision);
  setPrecision(precision);
  // WebGPU is not taken unasked: its LayerNorm and Adam are still many small dispatches each, and without a real GPU
  // behind the adapter (a software driver) it is slower than WebAssembly and no safer.
  if (prefer === undefined) {
    const fused = await openWasm(wasmFolder);
    return {
      name: 'wasm',
      description: `wasm${fused ? '' : slow} (cuda, tensorflow and webgpu are taken only when asked for)`,
    };
  }
  let note = '';
  switch (prefer) {
    case 'cuda':
    case 'tensorflow': {
      if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1))
        throw new KaleidoError({
          source: 'backend',
          problem: 'the threads of an operation must be a whole number from 1 up',
          found: threads,
          advice: 'leave them out to take as many as there are cores',
        });
      const { openNative } = await import('#native');
      const device = prefer === 'cuda' ? 'gpu' : 'cpu';
      const { version, from } = await openNative({ device, folder: tensorflowFolder, threads });
      note = ` on TensorFlow ${version} (found by ${from})`;
      break;
    }
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
  if (precision === 'mixed') note += ' in mixed precision';
  return { name: prefer, description: `${prefer}${note} (asked for)` };
}

/** @throws KaleidoError for an unknown one, and where the backend has none but float32 */
function checkPrecision(prefer: Backend | undefined, precision: Precision): void {
  const mixed: readonly (Backend | undefined)[] = ['cuda', 'tensorflow'];
  if (precision === 'float32' || (precision === 'mixed' && mixed.includes(prefer))) return;
  throw new KaleidoError({
    source: 'backend',
    problem: `the backend "${prefer ?? 'wasm'}" does not compute in this precision`,
    found: precision,
    advice: `known are ${precisions.join(', ')}; mixed is to be had on ${mixed.join(', ')}`,
  });
}
