import { readWeights } from '../read-weights.ts';
import type { ExtractorDescription } from './extractor-description.ts';
import type { FeatureExtractor } from './feature-extractor.ts';
import { makeExtractor } from './make-extractor.ts';

/**
 * Makes the extractor of a description; MobileNetV2's weights come from `@kaleido/mobilenet-v2-weights` where none are
 * named, those of the ResNets from the path that the description gives.
 * No backend is needed until it extracts, so that its name, hash and width can be asked for anywhere.
 * @throws KaleidoError for an unknown kind, for parts that cannot be joined, and for weights that are not there
 */
export function createExtractor(description: ExtractorDescription): Promise<FeatureExtractor> {
  return makeExtractor(description, readWeights);
}
