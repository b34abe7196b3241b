import { KaleidoError } from '@kaleido/foundation';

/**
 * @param where what has no more memory, as a sentence begins with it
 * @param found what it was asked for, or what it said
 */
export function outOfMemory(where: string, found?: unknown, cause?: unknown): KaleidoError {
  return new KaleidoError({
    source: 'backend',
    problem: `${where} has no room for what was asked`,
    ...(found === undefined ? {} : { found }),
    advice: 'take a smaller batch, and dispose what is no longer needed',
    kind: 'out-of-memory',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What an engine says of an array that is too large for it, in the words of this package; anything else as it is. */
export function orOutOfMemory(error: unknown): unknown {
  const isAllocation =
    error instanceof RangeError && /allocation failed|invalid (typed )?array length|out of memory/i.test(error.message);
  return isAllocation ? outOfMemory('the memory of this process', error.message, error) : error;
}
