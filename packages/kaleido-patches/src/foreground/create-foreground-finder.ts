import { readWeights } from '../read-weights.ts';
import type { ForegroundDescription } from './foreground-description.ts';
import type { ForegroundFinder } from './foreground-finder.ts';
import { makeForegroundFinder } from './make-foreground-finder.ts';

/**
 * Creates the finder of a description. A network's weights default to those of this project.
 * No backend is needed before the first search, so its name, hash and settings are available anywhere.
 * @throws KaleidoError for an unknown kind, and for weights that are missing or do not fit
 */
export function createForegroundFinder(description: ForegroundDescription): Promise<ForegroundFinder> {
  return makeForegroundFinder(description, readWeights);
}
