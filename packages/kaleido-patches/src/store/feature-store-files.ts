import type { ForegroundFallback } from '../foreground/foreground-finder.ts';
import type { FeatureStoreHeader, SkippedImage } from './feature-store-header.ts';

/** The files of a store's folder, except its shards. */
export const storeFile = 'store.json';
export const indexFile = 'index.jsonl';
export const statisticsFile = 'statistics.safetensors';

/** In the folder of an unfinished writer: the header, then a line for each image appended or skipped. */
export const journalFile = 'journal.jsonl';
/** In the same folder while a writer is active: identifies its process. */
export const lockFile = 'writer.lock';

/** Increased when a reader of the old layout cannot read the new one. */
export const storeVersion = 1;

/** A line of `index.jsonl`. */
export interface IndexEntry {
  readonly id: string;
  readonly productId: string;
  readonly shard: string;
  readonly row: number;
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number];
  readonly width: number;
  readonly height: number;
  readonly fallback?: ForegroundFallback;
  readonly note?: string;
}

export interface ShardEntry {
  readonly file: string;
  readonly rows: number;
  /** Hash of the vectors' bytes, without the header of the file. */
  readonly sha256: string;
}

/** `store.json`. */
export interface StoreDescription extends FeatureStoreHeader {
  readonly format: 'kaleido-features';
  readonly version: number;
  readonly rows: number;
  readonly shards: readonly ShardEntry[];
  readonly skipped: readonly SkippedImage[];
}

export function shardFileName(number: number): string {
  return `features-${String(number).padStart(5, '0')}.safetensors`;
}
