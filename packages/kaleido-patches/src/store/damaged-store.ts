import { KaleidoError } from '@kaleido/foundation';

/** The error for a store whose files were changed after writing. */
export function damagedStore(folder: string, problem: string, found?: unknown, cause?: unknown): KaleidoError {
  return new KaleidoError({
    source: 'kaleido-patches',
    problem: `the feature store ${folder} is damaged: ${problem}`,
    ...(found === undefined ? {} : { found }),
    advice: 'delete the folder and prepare the features again',
    ...(cause === undefined ? {} : { cause }),
  });
}
