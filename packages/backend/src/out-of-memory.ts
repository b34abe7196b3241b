import { KaleidoError } from '@kaleido/foundation';

/**
 * @param where what is out of memory, for example `TensorFlow`
 * @param found the size that was requested, or the original message
 */
export function outOfMemory(where: string, found?: unknown, cause?: unknown): KaleidoError {
  return new KaleidoError({
    source: 'backend',
    problem: `not enough memory in ${where}`,
    ...(found === undefined ? {} : { found }),
    advice: 'use a smaller batch, and dispose tensors that are no longer needed',
    kind: 'out-of-memory',
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Turns an engine's error for an array that is too large into an out-of-memory error; returns other errors unchanged.
 */
export function orOutOfMemory(error: unknown): unknown {
  const isAllocation =
    error instanceof RangeError && /allocation failed|invalid (typed )?array length|out of memory/i.test(error.message);
  return isAllocation ? outOfMemory('this process', error.message, error) : error;
}
