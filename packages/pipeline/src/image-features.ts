import { KaleidoError } from '@kaleido/foundation';
import {
  type PreparedBatch,
  PreparedFeatures,
  prepareBatch,
  type SkippedImage,
  type SourceImage,
} from '@kaleido/kaleido-patches';
import { assertSeveral, bytesOf, type Photograph, type PhotographRecord, recordOf } from './photograph.ts';
import type { Platform } from './platform.ts';
import type { OpenedPreprocessor } from './preprocessor.ts';

/** A photograph that could not be used. */
export type SkippedPhotograph = SkippedImage;

/** Photographs on their way into a model. */
export interface PreparedPhotographs<Record> {
  /** Those that could be read, a row of the features each. */
  readonly records: readonly Record[];
  readonly features: PreparedFeatures;
  readonly skipped: readonly SkippedPhotograph[];
}

/** Photographs of one pass: with their decoded pixels some ten megabytes each. */
const photographsPerPass = 32;

/** A model's own way from photographs to features, in memory. Several models may share it; the last one frees it. */
export class ImageFeatures {
  readonly opened: OpenedPreprocessor;
  readonly #platform: Platform;
  #users = 1;

  constructor(opened: OpenedPreprocessor, platform: Platform) {
    this.opened = opened;
    this.#platform = platform;
  }

  /** For one more user. */
  share(): this {
    this.#users += 1;
    return this;
  }

  /** Frees the networks' weights with the last user. */
  release(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.opened.extractor.dispose();
    this.opened.foreground.dispose?.();
  }

  empty(): PreparedFeatures {
    const { preprocessor, extractor } = this.opened;
    const { featureWidth, positionScale } = preprocessor;
    return new PreparedFeatures({ featureWidth, positionScale, precision: extractor.precision });
  }

  /**
   * Decodes, finds the object, cuts the patches, extracts: a few photographs at once.
   * @param features gathers them
   * @param onValues sees all 74 vectors of each, as a store would keep them
   */
  async prepare<Record extends PhotographRecord & { readonly id: string }>(
    records: readonly Record[],
    features: PreparedFeatures = this.empty(),
    onValues?: (values: PreparedBatch['values']) => void,
  ): Promise<PreparedPhotographs<Record>> {
    const { extractor, foreground } = this.opened;
    const skipped: SkippedPhotograph[] = [];
    const sources: SourceImage[] = [];
    for (const [index, record] of records.entries()) {
      // The place in the list, for ids may be there twice.
      const id = String(index);
      try {
        sources.push({ id, productId: '', bytes: await bytesOf(record, this.#platform) });
      } catch (error) {
        if (!KaleidoError.isInstance(error)) throw error;
        skipped.push({ id, reason: error.message });
      }
    }
    const batch = await prepareBatch(sources, {
      decode: (bytes, index) => this.#platform.decodeImage(bytes, (records[Number(index)] as Record).id),
      extractor,
      foreground,
    });
    features.add(batch);
    onValues?.(batch.values);
    const byPlace = (a: SkippedPhotograph, b: SkippedPhotograph): number => Number(a.id) - Number(b.id);
    return {
      records: batch.images.map(({ id }) => records[Number(id)] as Record),
      features,
      skipped: [...skipped, ...batch.skipped]
        .sort(byPlace)
        .map(({ id, reason }) => ({ id: (records[Number(id)] as Record).id, reason })),
    };
  }
}

/** Items with their ids, in groups of one pass. */
export async function* groupsOf<Item extends Photograph>(
  items: Iterable<Item> | AsyncIterable<Item>,
): AsyncGenerator<(Exclude<Item, string> & PhotographRecord & { readonly id: string })[]> {
  assertSeveral(items);
  type Record = Exclude<Item, string> & PhotographRecord & { readonly id: string };
  let group: Record[] = [];
  let index = 0;
  for await (const item of items) {
    group.push(recordOf(item, index++) as Record);
    if (group.length < photographsPerPass) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
