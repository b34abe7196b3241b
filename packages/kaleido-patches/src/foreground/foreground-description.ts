import type { BackgroundColourOptions } from './background-colour-foreground.ts';
import type { ObjectInMaskOptions } from './object-in-mask.ts';

/** A foreground finder as plain JSON, for recipes and for messages to workers. */
export type ForegroundDescription =
  | { readonly kind: 'whole-image' }
  | ({ readonly kind: 'background-colour' } & BackgroundColourOptions)
  /** This project's own network; `weights` is a path; default: those of this package. */
  | ({ readonly kind: 'network'; readonly weights?: string } & ObjectInMaskOptions)
  /** U^2-Net; `weights` is the path of an ONNX file; default: `@kaleido/u2netp-weights`. */
  | ({ readonly kind: 'u2net'; readonly weights?: string } & ObjectInMaskOptions);

/** Whether a backend must be selected before the first search. */
export function foregroundNeedsBackend({ kind }: ForegroundDescription): boolean {
  return kind === 'network' || kind === 'u2net';
}
