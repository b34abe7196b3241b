import { KaleidoError } from '@kaleido/foundation';

/** All backends, the fastest first. */
export const backends = ['cuda', 'webgpu', 'tensorflow', 'wasm', 'cpu'] as const;

export type Backend = (typeof backends)[number];

/** Whether a backend runs each operation on all cores or on the GPU: a second one in parallel only slows it down. */
export function usesAllCores(backend: Backend): boolean {
  return backend !== 'wasm' && backend !== 'cpu';
}

/** Settings of the machine or page that a backend is opened on. */
export interface BackendPlace {
  /**
   * `tensorflow` and `cuda` only: the folder with TensorFlow's libraries (`site-packages/tensorflow`). If omitted: the
   * environment variable KALEIDO_TENSORFLOW, then the user's cache, then Python's `tensorflow` package.
   */
  readonly tensorflowFolder?: string;
  /** `tensorflow` only: threads of one operation, >= 1; all cores if omitted. */
  readonly threads?: number;
  /** Browsers only: the URL, ending in `/`, of the folder with the `.wasm` files of `@tensorflow/tfjs-backend-wasm`. */
  readonly wasmFolder?: string;
}

/** @throws KaleidoError for an unknown name; it lists the known ones */
export function assertBackend(name: string): asserts name is Backend {
  if ((backends as readonly string[]).includes(name)) return;
  throw new KaleidoError({
    source: 'backend',
    problem: 'unknown backend',
    found: name,
    // No suggestion: "cpu" is close to "gpu".
    advice: `known are ${backends.join(', ')}`,
  });
}

/** @throws KaleidoError unless `threads` is an integer from 1 */
export function assertPlace({ threads }: BackendPlace): void {
  if (threads === undefined || (Number.isInteger(threads) && threads >= 1)) return;
  throw new KaleidoError({
    source: 'backend',
    problem: 'threads must be an integer from 1',
    found: threads,
    advice: 'omit threads to use all cores',
  });
}
