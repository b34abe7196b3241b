import { KaleidoError } from '@kaleido/foundation';

/** What is said of a wheel that is not taken. */
export function wheelError(problem: string, found: unknown, advice: string, cause?: unknown): KaleidoError {
  return new KaleidoError({
    source: 'backend',
    problem,
    ...(found === undefined ? {} : { found }),
    advice,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The system's refusal to read or write, as what a user can do about it. */
export function diskError(problem: string, cause: unknown): KaleidoError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return wheelError(
    isFull ? `${problem}: the disk is full` : problem,
    code,
    isFull
      ? 'free some space, or set XDG_CACHE_HOME to a folder of a larger disk'
      : 'check the path and its permissions',
    cause,
  );
}
