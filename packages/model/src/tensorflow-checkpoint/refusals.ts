import { KaleidoError, type Refuse } from '@kaleido/foundation';

/** @param file what to call the file */
export function refusals(file: string): Refuse {
  return (problem, found) =>
    new KaleidoError({
      source: 'model',
      problem: `${file} is no sound TensorFlow checkpoint: ${problem}`,
      ...(found === undefined ? {} : { found }),
      advice: 'copy or save the checkpoint again',
    });
}
