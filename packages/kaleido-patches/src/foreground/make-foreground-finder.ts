import { KaleidoError } from '@kaleido/foundation';
import type { WeightsOf } from '../weights-of.ts';
import { backgroundColourForeground } from './background-colour-foreground.ts';
import type { ForegroundDescription } from './foreground-description.ts';
import { type ForegroundFinder, wholeImageForeground } from './foreground-finder.ts';
import { networkForeground } from './network-foreground.ts';
import { u2netForeground } from './u2net-foreground.ts';

/**
 * Creates the finder of a description, in Node and in a page.
 * No backend is needed before the first search, so its name, hash and settings are available anywhere.
 * @param weightsOf reads the weights of a network
 * @throws KaleidoError for an unknown kind, and for weights that do not fit; what `weightsOf` throws
 */
export async function makeForegroundFinder(
  description: ForegroundDescription,
  weightsOf: WeightsOf,
): Promise<ForegroundFinder> {
  switch (description.kind) {
    case 'whole-image':
      return wholeImageForeground();
    case 'background-colour':
      return backgroundColourForeground(description);
    case 'network': {
      const { kind, weights, ...options } = description;
      return networkForeground(await weightsOf(kind, weights), options);
    }
    case 'u2net': {
      const { kind, weights, ...options } = description;
      return u2netForeground(await weightsOf(kind, weights), options);
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
