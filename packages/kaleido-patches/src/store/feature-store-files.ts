import type { ForegroundFallback } from '../foreground/foreground-finder.ts';
import type { FeatureStoreHeader, SkippedImage } from './feature-store-header.ts';

/** The files of a store's folder besides its shards. */
export const storeFile = 'store.json';
export const indexFile = 'index.jsonl';
export const statisticsFile = 'statistics.safetensors';

/** In the folder of a writer that is not done: the header, then a line for each image as it was appended or skipped. */
export const journalFile = 'journal.jsonl';
/** There too, while a writer is at work: which process that is. */
export const lockFile = 'writer.lock';

/** Raised when a reader of the old layout could no longer read the new one. */
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
  /** Of the vectors' bytes, without the head of the file. */
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
