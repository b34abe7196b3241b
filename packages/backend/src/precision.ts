import { KaleidoError } from '@kaleido/foundation';
import type { Backend } from './backend-choice.ts';
import { tf } from './tensorflow.ts';

/**
 * `mixed` multiplies matrices in half precision and accumulates in float32; parameters and everything else stay
 * float32.
 */
export const precisions = ['float32', 'mixed'] as const;

export type Precision = (typeof precisions)[number];

const withMixed: readonly Backend[] = ['cuda', 'webgpu', 'tensorflow'];

let current: Precision = 'float32';

/** The precision of matrix products in this process; `selectBackend` sets it. */
export function precision(): Precision {
  return current;
}

export function setPrecision(chosen: Precision): void {
  current = chosen;
}

/**
 * The factor of the loss while its gradients are computed; the gradients are divided by it afterwards. WebGPU's half
 * precision (IEEE) may flush values below 6e-5 to zero, and the gradients of a mean over thousands of words are that
 * small. They are scaled by 2^15; those above 2 are clamped to the largest half. The factor is a constant power of two:
 * no step is repeated, no step waits for a value to be read, and equal seeds give equal bits. bfloat16 has float32's
 * range and needs no factor.
 */
export function lossScale(): number {
  return current === 'mixed' && tf.getBackend() === 'webgpu' ? 2 ** 15 : 1;
}

/** Why a backend does not support a precision; undefined where it does. */
export function whyNotIn(chosen: Precision, backend: Backend): string | undefined {
  return chosen === 'float32' || withMixed.includes(backend) ? undefined : 'it computes in float32 only';
}

/** @throws KaleidoError for an unknown precision, and for one that the backend does not support */
export function assertPrecision(chosen: string, backend: Backend | undefined): asserts chosen is Precision {
  const known = (precisions as readonly string[]).includes(chosen);
  if (known && (backend === undefined || whyNotIn(chosen as Precision, backend) === undefined)) return;
  throw new KaleidoError({
    source: 'backend',
    problem: known ? `the backend "${backend}" does not compute in this precision` : 'unknown precision',
    found: chosen,
    advice: `known are ${precisions.join(', ')}; mixed works on ${withMixed.join(', ')}`,
  });
}
