import { KaleidoError } from '@kaleido/foundation';
import type { Backend } from '../backend-choice.ts';

/** A backend that is to be had here, and what it does. */
export interface FoundBackend {
  readonly backend: Backend;
  readonly found: true;
  /** Of what computes: `TensorFlow 2.21.0`, `tfjs 4.22.0, Dawn 0.6.2` (TensorFlow.js over Dawn). */
  readonly version: string;
  /** The GPU, the adapter's vendor and architecture, or the processor. */
  readonly device: string;
  /** `webgpu` on a software adapter: taken only when asked for. */
  readonly software: boolean;
  readonly matmul: MatmulRate;
  readonly gradients: GradientCheck;
}

/** The product of two square matrices, as the model's layers multiply. */
export interface MatmulRate {
  /** The matrices' side: the smallest one that keeps this backend busy for long enough to be timed. */
  readonly size: number;
  /** 10^9 multiplications and additions a second. */
  readonly gigaflops: number;
}

/** Gradients of a small network, with the operations of a layer, against its double precision differences. */
export interface GradientCheck {
  readonly passed: boolean;
  /** The largest difference of a gradient, over the largest gradient of its variable. */
  readonly largestRelativeError: number;
}

/** A backend that is not to be had here, or does not live through being tried. */
export interface AbsentBackend {
  readonly backend: Backend;
  readonly found: false;
  /** `no TensorFlow was found on this machine`, `ended by signal SIGSEGV`, `no answer within 60 s`. */
  readonly reason: string;
  /** What to install, or do. */
  readonly advice?: string;
  /** The last of what it printed before its end. */
  readonly output?: string;
}

export type BackendSurvey = FoundBackend | AbsentBackend;

/** An error as what is said of a backend. */
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
