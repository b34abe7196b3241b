import { KaleidoError } from '@kaleido/foundation';
import type { Backend } from './backend-choice.ts';
import { tf } from './tensorflow.ts';

/** `mixed` multiplies matrices in half precision and adds up in float32; parameters and all else stay float32. */
export const precisions = ['float32', 'mixed'] as const;

export type Precision = (typeof precisions)[number];

const withMixed: readonly Backend[] = ['cuda', 'webgpu', 'tensorflow'];

let current: Precision = 'float32';

/** What the products of this process are computed in; `selectBackend` sets it. */
export function precision(): Precision {
  return current;
}

export function setPrecision(chosen: Precision): void {
  current = chosen;
}

/**
 * What a loss is multiplied with before its gradients are computed, which are divided by it afterwards. IEEE's half
 * precision, WebGPU's, may have nothing below 6e-5, where the gradients of a mean over thousands of words lie: they are
 * lifted by 2^15, and those above 2 are cut at the largest half. A power of two, and never moved: no step is repeated,
 * none waits for a value to be read, and equal seeds give equal bits. bfloat16 has float32's range and needs none.
 */
export function lossScale(): number {
  return current === 'mixed' && tf.getBackend() === 'webgpu' ? 2 ** 15 : 1;
}

/** Why a backend does not compute in a precision; nothing where it does. */
export function whyNotIn(chosen: Precision, backend: Backend): string | undefined {
  return chosen === 'float32' || withMixed.includes(backend) ? undefined : 'it computes in float32 alone';
}

/** @throws KaleidoError for an unknown one, and for one that the backend asked for has not */
export function assertPrecision(chosen: string, backend: Backend | undefined): asserts chosen is Precision {
  const known = (precisions as readonly string[]).includes(chosen);
  if (known && (backend === undefined || whyNotIn(chosen as Precision, backend) === undefined)) return;
  throw new KaleidoError({
    source: 'backend',
    problem: known ? `the backend "${backend}" does not compute in this precision` : 'unknown precision',
    found: chosen,
    advice: `known are ${precisions.join(', ')}; mixed is to be had on ${withMixed.join(', ')}`,
  });
}
