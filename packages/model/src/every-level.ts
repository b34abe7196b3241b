import { KaleidoError } from '@kaleido/foundation';
import { type LevelRange, levelRanges, levels } from '@kaleido/layout';

/**
 * The range of each of the five levels among the given patches, for what reads every level.
 * @param reader what reads them, for the error
 * @throws KaleidoError if a level has no patch
 */
export function everyLevel(reader: string, given?: readonly number[]): readonly LevelRange[] {
  const ranges = levelRanges(given);
  const missing = levels.find((level) => ranges.every((range) => range.level !== level));
  if (missing === undefined) return ranges;
  throw new KaleidoError({
    source: 'model',
    problem: `none of the patches is of level ${missing.scale}, and ${reader} reads every level`,
    found: given,
    advice: 'give at least one patch of each level',
  });
}
