import { constants } from 'node:buffer';
import { KaleidoError } from '@kaleido/foundation';

/**
 * Features up to this size are held in memory: 4 GiB. The 12,000 photographs of the kagl-12k recipe take 2.5 GB with
 * the widest features of all recipes.
 */
export const defaultFeatureMemory: number = 4 * 1024 ** 3;

/** Whether features of this size are held in memory. Node also limits the size of one buffer, to 4 GiB in Node 20. */
export function fitsMemory(bytes: number, memory: number): boolean {
  return bytes <= Math.min(memory, constants.MAX_LENGTH);
}

export function assertMemory(memory: number): void {
  if (memory >= 0) return;
  throw new KaleidoError({
    source: 'kaleido-patches',
    problem: 'the memory for features must be a number of bytes from 0',
    found: memory,
  });
}
