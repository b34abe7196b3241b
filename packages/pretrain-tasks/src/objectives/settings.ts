import { z } from 'zod';
import type { IdleSetting, SettingsIssue } from './objective.ts';

/** A whole number from 1 up. */
export const count = z.number().int().positive();
/** 0..1 */
export const share = z.number().min(0).max(1);
export const weight = z.number().nonnegative();

/** Whether the micro-batches of a step are equally large. */
export function inMicroBatches(key: string, value: number, microBatches: number): SettingsIssue[] {
  if (value % microBatches === 0) return [];
  return [{ path: [key], message: `must be a multiple of ${microBatches}: each micro-batch has as many` }];
}

type Check = readonly [applies: boolean, path: readonly string[], value: unknown, why: string];

/** Those of the settings that have no effect. */
export function idle(checks: readonly Check[]): IdleSetting[] {
  return checks.flatMap(([applies, path, value, why]) => (applies ? [{ path, value, why }] : []));
}
