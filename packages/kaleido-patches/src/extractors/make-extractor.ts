import { KaleidoError } from '@kaleido/foundation';
import { convolutionalExtractor } from '../networks/convolutional-extractor.ts';
import { mobileNetV2 } from '../networks/mobile-net-v2.ts';
import { resNet50 } from '../networks/resnet-50.ts';
import { resNet50V2Stage3 } from '../networks/resnet-50-v2-stage-3.ts';
import type { WeightsOf } from '../weights-of.ts';
import { colourExtractor } from './colour-extractor.ts';
import { edgeExtractor } from './edge-extractor.ts';
import type { ExtractorDescription } from './extractor-description.ts';
import type { FeatureExtractor } from './feature-extractor.ts';
import { joinExtractors } from './joined-extractor.ts';
import { pixelExtractor } from './pixel-extractor.ts';

const networks = { 'mobilenet-v2': mobileNetV2, resnet50: resNet50, 'resnet50-v2-stage3': resNet50V2Stage3 };

/**
 * Creates the extractor of a description, in Node and in a page.
 * No backend is needed before it extracts, so its name, hash and width are available anywhere.
 * @param weightsOf reads the weights of the networks in it
 * @throws KaleidoError for an unknown kind, and for parts that cannot be joined; what `weightsOf` throws
 */
export async function makeExtractor(
  description: ExtractorDescription,
  weightsOf: WeightsOf,
): Promise<FeatureExtractor> {
  switch (description.kind) {
    case 'pixels':
      return pixelExtractor(description);
    case 'colours':
      return colourExtractor(description);
    case 'edges':
      return edgeExtractor(description);
    case 'mobilenet-v2':
    case 'resnet50':
    case 'resnet50-v2-stage3': {
      const { kind, weights } = description;
      return convolutionalExtractor(networks[kind], await weightsOf(kind, weights), description);
    }
    case 'joined':
      return joinExtractors(await Promise.all(description.parts.map((part) => makeExtractor(part, weightsOf))));
    default:
      description satisfies never;
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: 'unknown feature extractor',
        found: (description as ExtractorDescription).kind,
        advice: 'take pixels, colours, edges, mobilenet-v2, resnet50, resnet50-v2-stage3 or joined',
      });
  }
}
