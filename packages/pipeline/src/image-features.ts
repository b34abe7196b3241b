import type { SkippedPhotograph } from '@kaleido/fine-tuning';
import { KaleidoError } from '@kaleido/foundation';
import {
  type Box,
  type ForegroundBox,
  type PreparedBatch,
  PreparedFeatures,
  prepareBatch,
  type RgbImage,
  type SourceImage,
} from '@kaleido/kaleido-patches';
import { assertSeveral, bytesOf, type Photograph, type PhotographRecord, recordOf } from './photograph.ts';
import type { Platform } from './platform.ts';
import type { OpenedPreprocessor } from './preprocessor.ts';

/** Photographs with their features. */
export interface PreparedPhotographs<Record> {
  /** Those that could be read, one per row of the features. */
  readonly records: readonly Record[];
  readonly features: PreparedFeatures;
  readonly skipped: readonly SkippedPhotograph[];
}

/** Photographs per pass: with decoded pixels, each takes about ten megabytes. */
const photographsPerPass = 32;

/** Makes a model's features from photographs, in memory. Several models may share it; the last one frees it. */
export class ImageFeatures {
  readonly opened: OpenedPreprocessor;
  readonly #platform: Platform;
  #users = 1;

  constructor(opened: OpenedPreprocessor, platform: Platform) {
    this.opened = opened;
    this.#platform = platform;
  }

  /** Adds a user. */
  share(): this {
    this.#users += 1;
    return this;
  }

  /** Removes a user; the last one frees the networks' weights. */
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
   * Decodes, finds the object, cuts the patches and extracts features, for a few photographs at once.
   * @param features collects the features
   * @param onValues called with all 74 vectors of each photograph, as in a store
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
      // The index in the list, as ids may occur twice.
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

  /**
   * One photograph, as `prepare` processes it, with what is found on the way.
   * @param boxOf the box to cut instead of the object's, if it gives one
   * @throws KaleidoError for a photograph that cannot be read
   */
  async look(
    record: PhotographRecord & { readonly id: string },
    boxOf: (image: RgbImage) => Box | undefined,
  ): Promise<LookedAt> {
    const { extractor, foreground } = this.opened;
    const bytes = await bytesOf(record, this.#platform);
    const image = await this.#platform.decodeImage(bytes, record.id);
    const box = boxOf(image);
    const found = await foreground.find(image);
    const { name, settings } = foreground;
    const prepared = await prepareBatch([{ id: record.id, productId: '', bytes }], {
      decode: async () => image,
      extractor,
      foreground: { name, settings, find: async () => ({ ...found, ...box }) },
    });
    return { image, found, prepared };
  }
}

/** One photograph on its way to features. */
export interface LookedAt {
  readonly image: RgbImage;
  readonly found: ForegroundBox;
  readonly prepared: PreparedBatch;
}

/** Items with their ids, in groups for one pass. */
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
