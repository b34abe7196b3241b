import type { ColourExtractorOptions } from './colour-extractor.ts';
import type { MobileNetOptions } from './mobile-net-extractor.ts';
import type { PixelExtractorOptions } from './pixel-extractor.ts';

/** One extractor as plain JSON. */
export type SingleExtractorDescription =
  | ({ readonly kind: 'pixels' } & PixelExtractorOptions)
  | ({ readonly kind: 'colours' } & ColourExtractorOptions)
  | ({ readonly kind: 'mobilenet-v2' } & MobileNetOptions);

/** A feature extractor as plain JSON, for recipes and for messages to workers; `joined` sets its parts' vectors end to end. */
export type ExtractorDescription =
  | SingleExtractorDescription
  | { readonly kind: 'joined'; readonly parts: readonly SingleExtractorDescription[] };

/** Whether a backend has to be selected before it extracts. */
export function needsBackend(description: ExtractorDescription): boolean {
  return description.kind === 'joined' ? description.parts.some(needsBackend) : description.kind === 'mobilenet-v2';
}
