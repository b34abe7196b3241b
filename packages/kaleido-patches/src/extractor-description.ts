import type { MobileNetOptions } from './mobile-net-extractor.ts';
import type { PixelExtractorOptions } from './pixel-extractor.ts';

/** A feature extractor as plain JSON, for recipes and for messages to workers. */
export type ExtractorDescription =
  | ({ readonly kind: 'pixels' } & PixelExtractorOptions)
  | ({ readonly kind: 'mobilenet-v2' } & MobileNetOptions);
