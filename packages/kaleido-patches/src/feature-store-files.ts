import type { FeatureStoreHeader, SkippedImage } from './feature-store-header.ts';

/** The files of a store's folder besides its shards. */
export const storeFile = 'store.json';
export const indexFile = 'index.jsonl';
export const statisticsFile = 'statistics.safetensors';

/** Raised when a reader of the old layout could no longer read the new one. */
export const storeVersion = 1;

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
