import { KaleidoError } from '@kaleido/foundation';
import { weightsUrl as u2netpUrl } from '@kaleido/u2netp-weights';
import { readWeightsFile } from '../extractors/read-weights-file.ts';
import { backgroundColourForeground } from './background-colour-foreground.ts';
import type { ForegroundDescription } from './foreground-description.ts';
import { type ForegroundFinder, wholeImageForeground } from './foreground-finder.ts';
import { foregroundWeightsUrl } from './foreground-weights.ts';
import { networkForeground } from './network-foreground.ts';
import { u2netForeground } from './u2net-foreground.ts';

/**
 * Makes the finder of a description; a network's weights are those that come with this project where none are named.
 * No backend is needed until it finds, so that its name, hash and settings can be asked for anywhere.
 * @throws KaleidoError for an unknown kind, and for weights that are not there or do not fit
 */
export async function createForegroundFinder(description: ForegroundDescription): Promise<ForegroundFinder> {
  switch (description.kind) {
    case 'whole-image':
      return wholeImageForeground();
    case 'background-colour':
      return backgroundColourForeground(description);
    case 'network': {
      const { kind: _, weights, ...options } = description;
      return networkForeground(
        await readWeightsFile(weights ?? foregroundWeightsUrl, 'the foreground network'),
        options,
      );
    }
    case 'u2net': {
      const { kind: _, weights, ...options } = description;
      return u2netForeground(await readWeightsFile(weights ?? u2netpUrl, 'U^2-Net'), options);
    }
    default:
      description satisfies never;
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: 'unknown foreground finder',
        found: (description as ForegroundDescription).kind,
        advice: 'take whole-image, background-colour, network or u2net',
      });
  }
}
