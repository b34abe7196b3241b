import { KaleidoError } from '@kaleido/foundation';

/** The error for a wheel that is refused. */
export function wheelError(problem: string, found: unknown, advice: string, cause?: unknown): KaleidoError {
  return new KaleidoError({
    source: 'backend',
    problem,
    ...(found === undefined ? {} : { found }),
    advice,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The error for a failed read or write, with advice for the user. */
export function diskError(problem: string, cause: unknown): KaleidoError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return wheelError(
    isFull ? `${problem}: the disk is full` : problem,
    code,
    isFull
      ? 'free some space, or set XDG_CACHE_HOME to a folder on a larger disk'
      : 'check the path and its permissions',
    cause,
  );
}
