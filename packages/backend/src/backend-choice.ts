import { didYouMean, KaleidoError } from '@kaleido/foundation';

/** Every backend the project names, the fastest first. */
export const backends = ['cuda', 'webgpu', 'tensorflow', 'wasm', 'cpu'] as const;

export type Backend = (typeof backends)[number];

/** Whether a backend spreads each operation over the cores, or the GPU, by itself: a second one beside it only disturbs. */
export function usesAllCores(backend: Backend): boolean {
  return backend !== 'wasm' && backend !== 'cpu';
}

/** What a backend needs to know of the place where it is opened. */
export interface BackendPlace {
  /**
   * `tensorflow` and `cuda` only: the folder with TensorFlow's libraries (`site-packages/tensorflow`). Without it the
   * environment variable KALEIDO_TENSORFLOW, the user's cache, and what `pip install tensorflow` left are looked at.
   */
  readonly tensorflowFolder?: string;
  /** `tensorflow` only: threads of one operation, >= 1; as many as there are cores where left out. */
  readonly threads?: number;
  /** Browsers only: the URL, ending in `/`, of the folder with the `.wasm` files of `@tensorflow/tfjs-backend-wasm`. */
  readonly wasmFolder?: string;
}

/** @throws KaleidoError, which lists the known ones */
export function assertBackend(name: string): asserts name is Backend {
  if ((backends as readonly string[]).includes(name)) return;
  throw new KaleidoError({
    source: 'backend',
    problem: 'unknown backend',
    found: name,
    advice: `${didYouMean(name, backends)} known are ${backends.join(', ')}`.trim(),
  });
}

/** @throws KaleidoError for a number of threads that is none */
export function assertPlace({ threads }: BackendPlace): void {
  if (threads === undefined || (Number.isInteger(threads) && threads >= 1)) return;
  throw new KaleidoError({
    source: 'backend',
    problem: 'the threads of an operation must be a whole number from 1 up',
    found: threads,
    advice: 'leave them out to take as many as there are cores',
  });
}
