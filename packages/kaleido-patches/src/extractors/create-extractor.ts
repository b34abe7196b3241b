import { readWeights } from '../read-weights.ts';
import type { ExtractorDescription } from './extractor-description.ts';
import type { FeatureExtractor } from './feature-extractor.ts';
import { makeExtractor } from './make-extractor.ts';

/**
 * Creates the extractor of a description. MobileNetV2's weights default to `@kaleido/mobilenet-v2-weights`; those of
 * the ResNets are read from the path in the description.
 * No backend is needed before it extracts, so its name, hash and width are available anywhere.
 * @throws KaleidoError for an unknown kind, for parts that cannot be joined, and for missing weights
 */
export function createExtractor(description: ExtractorDescription): Promise<FeatureExtractor> {
  return makeExtractor(description, readWeights);
}
