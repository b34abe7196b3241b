import { KaleidoError } from '@kaleido/foundation';
import type { Backend } from '../backend-choice.ts';

/** An available backend, with its measurements. */
export interface FoundBackend {
  readonly backend: Backend;
  readonly found: true;
  /** The libraries' versions: `TensorFlow 2.21.0`, `tfjs 4.22.0, Dawn 0.6.2` (TensorFlow.js over Dawn). */
  readonly version: string;
  /** The GPU, the adapter's vendor and architecture, or the processor. */
  readonly device: string;
  /** `webgpu` on a software adapter: selected only by name. */
  readonly software: boolean;
  readonly matmul: MatmulRate;
  readonly gradients: GradientCheck;
}

/** The rate of a product of two square matrices, computed like the model's layers. */
export interface MatmulRate {
  /** The matrices' side: the smallest one that keeps this backend busy for long enough to be timed. */
  readonly size: number;
  /** 10^9 multiplications and additions a second. */
  readonly gigaflops: number;
}

/**
 * Gradients of a small network with the operations of a layer, compared with finite differences in double precision.
 */
export interface GradientCheck {
  readonly passed: boolean;
  /** The largest error of a gradient, divided by the largest gradient of its variable. */
  readonly largestRelativeError: number;
}

/** A backend that is unavailable, or that crashed when it was tried. */
export interface AbsentBackend {
  readonly backend: Backend;
  readonly found: false;
  /** `no TensorFlow was found on this machine`, `ended by signal SIGSEGV`, `no answer within 60 s`. */
  readonly reason: string;
  /** What to install, or do. */
  readonly advice?: string;
  /** The end of what it printed before it crashed. */
  readonly output?: string;
}

export type BackendSurvey = FoundBackend | AbsentBackend;

/** The entry for a backend that failed with an error. */
export function absentBackend(backend: Backend, error: unknown): AbsentBackend {
  if (!KaleidoError.isInstance(error)) return { backend, found: false, reason: String(error) };
  const { problem, found, advice } = error;
  return {
    backend,
    found: false,
    reason: found === undefined ? problem : `${problem} (${found})`,
    ...(advice === undefined ? {} : { advice }),
  };
}
