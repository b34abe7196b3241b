/** A photograph of a class: a file of the visitor, or a drawn garment. */
export type ClassExample =
  | { readonly kind: 'file'; readonly name: string; readonly file: File }
  | { readonly kind: 'drawn'; readonly name: string; readonly svg: string };

export interface TeachingClass {
  readonly name: string;
  readonly examples: readonly ClassExample[];
}

/** What is changed: layers on top of the model, or all of it. */
export type TaughtPart = 'head' | 'all';

/** A photograph that was left out, and why. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

export type TeachingEvent =
  | { readonly kind: 'loading'; readonly loaded: number; readonly total: number }
  /** Photographs whose features are made. */
  | { readonly kind: 'reading'; readonly read: number; readonly total: number }
  | { readonly kind: 'step'; readonly step: number; readonly loss: number; readonly secondsLeft: number }
  | { readonly kind: 'measured'; readonly step: number; readonly accuracy: number }
  | { readonly kind: 'left-out'; readonly one: LeftOut };

export interface TeachingReport {
  readonly examples: number;
  readonly steps: number;
  readonly seconds: number;
  /** On the photographs that were held out, if there were enough. */
  readonly heldOut?: { readonly examples: number; readonly accuracy: number };
  /** What a reader should know of the classes. */
  readonly notes: readonly string[];
  readonly tensors: number;
  readonly bytes: number;
}
