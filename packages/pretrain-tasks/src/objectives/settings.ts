import { z } from 'zod';

/** A whole number from 1 up. */
export const count = z.number().int().positive();
/** 0..1 */
export const share = z.number().min(0).max(1);
export const weight = z.number().nonnegative();
