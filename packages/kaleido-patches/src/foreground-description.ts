import { KaleidoError } from '@kaleido/foundation';
import { type BackgroundColourOptions, backgroundColourForeground } from './background-colour-foreground.ts';
import { type ForegroundFinder, wholeImageForeground } from './foreground-finder.ts';

/** A foreground finder as plain JSON, for recipes and for messages to workers. */
export type ForegroundDescription =
  | { readonly kind: 'whole-image' }
  | ({ readonly kind: 'background-colour' } & BackgroundColourOptions);

/** @throws KaleidoError for an unknown kind */
export function createForegroundFinder(description: ForegroundDescription): ForegroundFinder {
  switch (description.kind) {
    case 'whole-image':
      return wholeImageForeground();
    case 'background-colour':
      return backgroundColourForeground(description);
    default:
      description satisfies never;
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: 'unknown foreground finder',
        found: (description as ForegroundDescription).kind,
        advice: 'take whole-image or background-colour',
      });
  }
}
