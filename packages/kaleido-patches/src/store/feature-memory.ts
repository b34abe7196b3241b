import { constants } from 'node:buffer';
import { KaleidoError } from '@kaleido/foundation';

/**
 * Features up to this size are held in memory: 4 GiB. The 12,000 photographs of the kagl-12k recipe take 2.5 GB at the
 * widest features of all recipes; a machine that trains on so many has that.
 */
export const defaultFeatureMemory: number = 4 * 1024 ** 3;

/** Whether features of this size are held in memory. One buffer holds no more than Node's limit, 4 GiB in Node 20. */
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
