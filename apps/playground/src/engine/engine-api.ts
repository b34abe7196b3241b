import type {
  Compared,
  FilledCaption,
  GuidedMasking,
  NamedWords,
  PaintedPatch,
  PuzzleAnswer,
  RankedField,
  ReadCaption,
  TogetherRead,
} from '@kaleido/insight';
import type { Box, ForegroundFallback } from '@kaleido/kaleido-patches';
import type { Alignment } from '@kaleido/layout';
import type { FeaturePart } from './feature-parts.ts';
import type { ModelFiles } from './model-folder.ts';

/** The backends that a page can choose from. */
export type PageBackend = 'webgpu' | 'wasm';

/** A photograph: what it is known by, and its file or where that is. */
export interface Picture {
  /** The same key means the same picture. */
  readonly key: string;
  readonly source: Blob | string;
}

/** A picture and the part of it that is cut into patches. */
export interface View {
  readonly picture: Picture;
  /** Default: the object's box. */
  readonly box?: Box | undefined;
}

/** A photograph as the model sees it. */
export interface Seen {
  readonly width: number;
  readonly height: number;
  /** [height * width], 1 on the object */
  readonly mask?: Uint8Array;
  readonly box: Box;
  readonly fallback?: ForegroundFallback;
  /** [55] in pixels */
  readonly patches: readonly Box[];
  /** [74, F] */
  readonly slots: Float32Array;
  /** F */
  readonly featureWidth: number;
  /** [55, 5] */
  readonly positions: Float32Array;
}

/** A puzzle as the page sets it. */
export type PuzzleToSet =
  | { readonly kind: 'rotation'; readonly turns: number }
  | { readonly kind: 'jigsaw'; readonly order: number }
  | { readonly kind: 'camouflage'; readonly patch: number; readonly other: Picture }
  | { readonly kind: 'grey' | 'blank'; readonly patches: readonly number[] };

/** Grey or blank patches as the model colours them in. */
export interface ColouredIn {
  /** Pixels per side of each picture. */
  readonly size: number;
  readonly patches: readonly PaintedPatch[];
}

/** A caption that is being written. */
export interface Written {
  readonly caption: string;
  /** Word pieces with how much each looked at each of the 55 patches. */
  readonly pieces: readonly { readonly piece: string; readonly attention: Float32Array }[];
}

/** What runs the model. */
export interface EngineReport {
  readonly backend: string;
  /** Why this backend, and what it runs on. */
  readonly description: string;
  /** Milliseconds from the start to the first answer. */
  readonly openedIn: number;
  readonly model: {
    readonly name: string;
    readonly parameters: number;
    readonly layers: number;
    readonly heads: number;
    readonly width: number;
    readonly vocabulary: number;
    readonly textLength: number;
    readonly featureWidth: number;
    /** What the numbers of a patch's vector are, in their order. */
    readonly features: readonly FeaturePart[];
    /** Whether it, or a copy that came with it, was trained to write captions. */
    readonly writes: boolean;
    /** What its classifier, or that of a copy that came with it, reads; without one it names no classes. */
    readonly classifies?: 'image' | 'text' | 'both';
  };
}

export interface EngineMemory {
  readonly tensors: number;
  readonly bytes: number;
}

/** How fast the model runs, measured in the worker. */
export interface Speed {
  /** Milliseconds of one pass over a photograph and its caption with every intermediate result, the median of ten. */
  readonly passMilliseconds: number;
  /** Captions a second that the matching head judges, in batches of 32. The photograph's features are there already. */
  readonly pairsPerSecond: number;
}

export interface StartOptions {
  /** Default: WebGPU where there is an adapter that is not software, else WebAssembly. */
  readonly backend?: PageBackend;
  /** Address of the page's folder. */
  readonly base: string;
  /** A model of the visitor. Default: the one that comes with the page. */
  readonly files?: ModelFiles;
}

/** Loaded and whole size of the model in bytes. */
export type OnProgress = (loaded: number, total: number) => void;

/** The model's side of the page, in a worker. Errors are `Error`s whose message is for readers. */
export interface EngineApi {
  start(options: StartOptions, onProgress: OnProgress): Promise<EngineReport>;
  memory(): Promise<EngineMemory>;
  see(view: View): Promise<Seen>;
  readCaption(caption: string): Promise<ReadCaption>;
  read(view: View, caption: string): Promise<TogetherRead>;
  name(view: View, caption: string): Promise<NamedWords>;
  align(view: View, caption: string): Promise<readonly Alignment[]>;
  /** What alignment guided masking hides, pair by pair. */
  maskGuided(view: View, caption: string, seed: number): Promise<GuidedMasking>;
  fill(view: View, caption: string): Promise<FilledCaption>;
  solve(view: View, puzzle: PuzzleToSet, caption: string): Promise<PuzzleAnswer>;
  /** Colours patches in; undefined if this model's features are no picture. */
  colour(
    view: View,
    puzzle: Extract<PuzzleToSet, { readonly kind: 'grey' | 'blank' }>,
    caption: string,
  ): Promise<ColouredIn | undefined>;
  /** Every photograph with every caption, in one pass. */
  compare(views: readonly View[], captions: readonly string[]): Promise<Compared>;
  /** Vectors of length 1 in the joint space. */
  embedPictures(pictures: readonly Picture[]): Promise<Float32Array[]>;
  embedCaptions(captions: readonly string[]): Promise<Float32Array[]>;
  measure(view: View, caption: string): Promise<Speed>;
  /** Loads the copy that writes when it is first needed. @throws Error if the model `writes` nothing */
  write(view: View, onProgress: OnProgress): Promise<Written>;
  /**
   * Loads the copy that classifies when it is first needed.
   * @param caption for a classifier that reads it
   * @throws Error if the model `classifies` nothing
   */
  tag(view: View, caption: string, onProgress: OnProgress): Promise<readonly RankedField[]>;
}
