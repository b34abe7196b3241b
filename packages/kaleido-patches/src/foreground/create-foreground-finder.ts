import { readWeights } from '../read-weights.ts';
import type { ForegroundDescription } from './foreground-description.ts';
import type { ForegroundFinder } from './foreground-finder.ts';
import { makeForegroundFinder } from './make-foreground-finder.ts';

/**
 * Makes the finder of a description; a network's weights are those that come with this project where none are named.
 * No backend is needed until it finds, so that its name, hash and settings can be asked for anywhere.
 * @throws KaleidoError for an unknown kind, and for weights that are not there or do not fit
 */
export function createForegroundFinder(description: ForegroundDescription): Promise<ForegroundFinder> {
  return makeForegroundFinder(description, readWeights);
}
