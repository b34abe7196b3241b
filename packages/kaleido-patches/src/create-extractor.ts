import { readFile } from 'node:fs/promises';
import { KaleidoError } from '@kaleido/foundation';
import { weightsUrl } from '@kaleido/mobilenet-v2-weights';
import { colourExtractor } from './colour-extractor.ts';
import type { ExtractorDescription } from './extractor-description.ts';
import type { FeatureExtractor } from './feature-extractor.ts';
import { joinExtractors } from './joined-extractor.ts';
import { mobileNetExtractor } from './mobile-net-extractor.ts';
import { pixelExtractor } from './pixel-extractor.ts';

/**
 * Makes the extractor of a description; MobileNetV2's weights come from `@kaleido/mobilenet-v2-weights`.
 * No backend is needed until it extracts, so that its name, hash and width can be asked for anywhere.
 * @throws KaleidoError for an unknown kind, and for parts that cannot be joined
 */
export async function createExtractor(description: ExtractorDescription): Promise<FeatureExtractor> {
  switch (description.kind) {
    case 'pixels':
      return pixelExtractor(description);
    case 'colours':
      return colourExtractor(description);
    case 'mobilenet-v2':
      return mobileNetExtractor(await readFile(weightsUrl), description);
    case 'joined':
      return joinExtractors(await Promise.all(description.parts.map(createExtractor)));
    default:
      description satisfies never;
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: 'unknown feature extractor',
        found: (description as ExtractorDescription).kind,
        advice: 'take pixels, colours, mobilenet-v2 or joined',
      });
  }
}
