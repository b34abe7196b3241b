import type { SkippedKind } from '@kaleido/data';
import type { MappingReason } from '@kaleido/data/node';

/** What was found in products, as plain JSON. */
export interface Inspection {
  /** What they were taken for, e.g. `CSV (products.csv is there)`. */
  readonly form: string;
  /** Why each column was taken for a field; absent for data whose columns have fixed names. */
  readonly columns?: readonly MappingReason[];
  readonly splits: readonly SplitInspection[];
  /** Those of all splits that can be used. */
  readonly photographs: number;
  /** Of these, with views counted once. */
  readonly products: number;
  readonly captions: CaptionInspection;
  readonly labels: readonly LabelInspection[];
  readonly pictures: PictureInspection;
  readonly leftOut: readonly SkippedKind[];
  readonly duplicates: DuplicateInspection;
  /** Warnings of the reader. */
  readonly notes: readonly string[];
  /** The first products of the first splits. */
  readonly first: readonly FirstProduct[];
}

export interface SplitInspection {
  readonly name: string;
  readonly photographs: number;
  readonly products: number;
  readonly leftOut: number;
  /** Why it could not be read to its end. */
  readonly error?: string;
}

export interface CaptionInspection {
  /** In words: runs of letters between white space. */
  readonly shortest: number;
  readonly median: number;
  readonly longest: number;
}

export interface LabelInspection {
  readonly field: string;
  /** Photographs with a label. */
  readonly photographs: number;
  /** Different labels; `isCounted` is false if there are more. */
  readonly values: number;
  readonly isCounted: boolean;
  /** Labels of one photograph. */
  readonly once: number;
  readonly commonest: readonly { readonly value: string; readonly photographs: number }[];
}

export interface PictureInspection {
  /** Photographs that were decoded, and compared with each other. */
  readonly decoded: number;
  /** Photographs beyond the most that are decoded: nothing is known of them. */
  readonly notDecoded: number;
  /** Decoded despite a fault, by fault. */
  readonly notes: readonly { readonly note: string; readonly photographs: number }[];
  /** [width, height] of those with the fewest and the most pixels; absent if none was decoded. */
  readonly smallest?: readonly [number, number];
  readonly largest?: readonly [number, number];
}

export interface DuplicateInspection {
  /** Captions of several products. */
  readonly captions: Duplicates;
  /** Photographs with equal bytes. */
  readonly pictures: Duplicates;
  /** Photographs of different products that look alike, without those with equal bytes. */
  readonly near: Duplicates;
  /** The most bits in which hashes of `near` differ, and the most that their colours do. */
  readonly nearDistance: number;
  readonly nearDifference: number;
  /** False if comparing stopped before all pairs were compared. */
  readonly isNearWhole: boolean;
  /** Photographs that were not compared by caption and bytes. */
  readonly notCompared: number;
}

export interface Duplicates {
  readonly groups: number;
  /** In these groups. */
  readonly photographs: number;
  /** Groups with photographs of several splits. */
  readonly acrossSplits: number;
  /** The largest groups, those across splits first. */
  readonly examples: readonly DuplicateExample[];
}

export interface DuplicateExample {
  readonly photographs: number;
  /** The first ones. */
  readonly members: readonly PhotographKey[];
}

/** Names one photograph. */
export interface PhotographKey {
  readonly split: string;
  readonly id: string;
}

export interface FirstProduct extends PhotographKey {
  readonly productId: string;
  readonly caption: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What is shown of photographs, by `keyText`. */
export type ShownPictures = ReadonlyMap<string, ShownPicture>;

export interface ShownPicture {
  /** A `data:` URI of a small JPEG; absent if it cannot be decoded. */
  readonly uri?: string;
  readonly caption: string;
}

/** One text for a key, in maps. */
export function keyText({ split, id }: PhotographKey): string {
  return `${split}\0${id}`;
}
