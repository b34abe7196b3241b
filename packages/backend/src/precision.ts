import { KaleidoError } from '@kaleido/foundation';
import type { Backend } from './backend-choice.ts';

/** `mixed` multiplies matrices in half precision and adds up in float32; parameters and all else stay float32. */
export const precisions = ['float32', 'mixed'] as const;

export type Precision = (typeof precisions)[number];

const withMixed: readonly Backend[] = ['cuda', 'tensorflow'];

let current: Precision = 'float32';

/** What the products of this process are computed in; `selectBackend` sets it. */
export function precision(): Precision {
  return current;
}

export function setPrecision(chosen: Precision): void {
  current = chosen;
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
