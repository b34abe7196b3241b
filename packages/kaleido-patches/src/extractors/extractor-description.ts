import type { ConvolutionalOptions } from '../networks/convolutional-extractor.ts';
import type { ColourExtractorOptions } from './colour-extractor.ts';
import type { EdgeExtractorOptions } from './edge-extractor.ts';
import type { PixelExtractorOptions } from './pixel-extractor.ts';

/** One extractor as plain JSON. */
export type SingleExtractorDescription =
  | ({ readonly kind: 'pixels' } & PixelExtractorOptions)
  | ({ readonly kind: 'colours' } & ColourExtractorOptions)
  | ({ readonly kind: 'edges' } & EdgeExtractorOptions)
  /** `weights` is a path; default: those of `@kaleido/mobilenet-v2-weights`. */
  | ({ readonly kind: 'mobilenet-v2'; readonly weights?: string } & ConvolutionalOptions)
  /** `weights` is the path of a safetensors file: torchvision's layout, or MXNet's for the second. */
  | ({ readonly kind: 'resnet50' | 'resnet50-v2-stage3'; readonly weights: string } & ConvolutionalOptions);

/** A feature extractor as plain JSON, for recipes and messages to workers. `joined` concatenates its parts' vectors. */
export type ExtractorDescription =
  | SingleExtractorDescription
  | { readonly kind: 'joined'; readonly parts: readonly SingleExtractorDescription[] };

/** Whether a backend must be selected before it extracts. */
export function needsBackend(description: ExtractorDescription): boolean {
  if (description.kind === 'joined') return description.parts.some(needsBackend);
  return !['pixels', 'colours', 'edges'].includes(description.kind);
}
