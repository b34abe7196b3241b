import { KaleidoError } from '@kaleido/foundation';
import { weightsUrl } from '@kaleido/mobilenet-v2-weights';
import { convolutionalExtractor } from '../networks/convolutional-extractor.ts';
import { mobileNetV2 } from '../networks/mobile-net-v2.ts';
import { resNet50 } from '../networks/resnet-50.ts';
import { resNet50V2Stage3 } from '../networks/resnet-50-v2-stage-3.ts';
import { colourExtractor } from './colour-extractor.ts';
import type { ExtractorDescription } from './extractor-description.ts';
import type { FeatureExtractor } from './feature-extractor.ts';
import { joinExtractors } from './joined-extractor.ts';
import { pixelExtractor } from './pixel-extractor.ts';
import { readWeightsFile } from './read-weights-file.ts';

/** These are too large to come with a package. */
const weightsAdvice = 'name a safetensors file laid out as the README of @kaleido/kaleido-patches says';

/**
 * Makes the extractor of a description; MobileNetV2's weights come from `@kaleido/mobilenet-v2-weights` where none are
 * named, those of the ResNets from the path that the description gives.
 * No backend is needed until it extracts, so that its name, hash and width can be asked for anywhere.
 * @throws KaleidoError for an unknown kind, for parts that cannot be joined, and for weights that are not there
 */
export async function createExtractor(description: ExtractorDescription): Promise<FeatureExtractor> {
  switch (description.kind) {
    case 'pixels':
      return pixelExtractor(description);
    case 'colours':
      return colourExtractor(description);
    case 'mobilenet-v2':
      return convolutionalExtractor(
        mobileNetV2,
        await readWeightsFile(description.weights ?? weightsUrl, 'MobileNetV2'),
        description,
      );
    case 'resnet50':
    case 'resnet50-v2-stage3': {
      const network = description.kind === 'resnet50' ? resNet50 : resNet50V2Stage3;
      const weights = await readWeightsFile(description.weights, network.name, weightsAdvice);
      return convolutionalExtractor(network, weights, description);
    }
    case 'joined':
      return joinExtractors(await Promise.all(description.parts.map(createExtractor)));
    default:
      description satisfies never;
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: 'unknown feature extractor',
        found: (description as ExtractorDescription).kind,
        advice: 'take pixels, colours, mobilenet-v2, resnet50, resnet50-v2-stage3 or joined',
      });
  }
}
