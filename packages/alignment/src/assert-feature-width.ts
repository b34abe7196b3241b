import { KaleidoError } from '@kaleido/foundation';
import type { FeatureReader } from '@kaleido/layout';

/** @throws KaleidoError for features of another width than those that the aligner was fitted on */
export function assertFeatureWidth({ featureWidth }: FeatureReader, expected: number): void {
  if (featureWidth === expected) return;
  throw new KaleidoError({
    source: 'alignment',
    problem: 'the features are not as wide as those that the aligner was fitted on',
    found: `${featureWidth}, not ${expected}`,
    advice: 'make them with the extractor of its recipe',
  });
}
