import type { Backend } from '@kaleido/backend';
import type { KaleidoErrorDetails } from '@kaleido/foundation';
import type { ExtractorDescription } from './extractors/extractor-description.ts';
import type { ForegroundDescription } from './foreground/foreground-description.ts';
import type { PreparedBatch } from './prepare-batch.ts';

/** Start data of a worker. */
export interface PrepareWorkerData {
  readonly extractor: ExtractorDescription;
  readonly foreground: ForegroundDescription;
  readonly backend: Backend;
}

/** A worker's answer to a batch (`SourceImage[]`); answers come in the order of the batches. */
export type PrepareAnswer =
  | { readonly kind: 'prepared'; readonly batch: PreparedBatch }
  | { readonly kind: 'failed'; readonly details: KaleidoErrorDetails };
