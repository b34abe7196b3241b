import { z } from 'zod';
import type { IdleSetting } from './objective.ts';

/** A whole number from 1 up. */
export const count = z.number().int().positive();
/** 0..1 */
export const share = z.number().min(0).max(1);
export const weight = z.number().nonnegative();

type Check = readonly [applies: boolean, path: readonly string[], value: unknown, why: string];

/** Those of the settings that have no effect. */
export function idle(checks: readonly Check[]): IdleSetting[] {
  return checks.flatMap(([applies, path, value, why]) => (applies ? [{ path, value, why }] : []));
}
