import { KaleidoError } from '@kaleido/foundation';
import {
  type Embedded,
  type EmbedGroup,
  embedFromPhotographs,
  isPhotograph,
  type ProductToIndex,
} from './embed-products.ts';
import type { IndexFolder } from './index-folder.ts';
import { type LoadedIndex, loadIndex } from './load-index.ts';
import type { Manifest, SegmentDescription } from './manifest.ts';
import { needsMerging, rowsOf, segmentsToMerge } from './merge-segments.ts';
import { differences } from './model-identity.ts';
import { faultOfProduct } from './product.ts';
import { productHash } from './product-hash.ts';
import { SearchIndex } from './search-index.ts';
import type { SearchModel } from './search-model.ts';
import { SegmentBuilder, type SegmentSize, storedVector } from './segment-builder.ts';
import { type SegmentContent, segmentContent } from './segment-files.ts';
import { smallPicture } from './small-picture.ts';
import { storedBytes } from './stored-product.ts';

export interface AddOptions {
  /** Makes the vectors. Default: the model of the index reads the photographs, on this thread. */
  readonly embed?: EmbedGroup;
  /** Keep a small picture of each new or changed product, for pages of results. Default true. */
  readonly pictures?: boolean;
  /** Called after each group of 32. */
  readonly onProgress?: (read: number) => void;
  /** Stops between two groups; what is written stays. */
  readonly signal?: AbortSignal;
}

/** A product that could not be added. */
export interface LeftOut {
  readonly id: string;
  readonly reason: string;
}

export interface AddReport {
  readonly added: number;
  /** Products that the index had with another content. */
  readonly replaced: number;
  /** Products that the index had as they are: they were not embedded again. */
  readonly unchanged: number;
  readonly leftOut: readonly LeftOut[];
}

/** Products per pass. */
const groupSize = 32;
/** Most bytes of one product's texts: more is something else than a caption and labels. */
const mostProductBytes = 1_000_000;
/** Bytes of products and pictures after which a segment is written: its files are read whole, up to 100 MB. */
const fullBytes = 32_000_000;

/**
 * An index that can be changed, by one process at a time. Every change is whole: a process that is killed at any moment
 * leaves the index as it was before or after a change.
 */
export class WritableIndex extends SearchIndex {
  readonly #folder: IndexFolder;

  /** @internal Use `openIndex` or `createIndex` of `@kaleido/search/node`. */
  constructor(folder: IndexFolder, loaded: LoadedIndex, model: SearchModel | undefined) {
    super(folder.files, loaded, model);
    this.#folder = folder;
  }

  /**
   * Adds products; one whose id is in the index replaces that product, unless it is the same. What has been written when
   * the process ends stays: adding the same products again goes on from there. A product that cannot be read is left
   * out; if the index has an earlier one of that id, that one stays.
   * @param products read as a stream, 32 at a time
   * @throws KaleidoError if another process is changing the index, or has made another one in its place; where a file
   *   cannot be written; and for an index at a web address
   */
  add(
    products: Iterable<ProductToIndex> | AsyncIterable<ProductToIndex>,
    options: AddOptions = {},
  ): Promise<AddReport> {
    return this.#changing(async () => {
      const report = { added: 0, replaced: 0, unchanged: 0, leftOut: [] as LeftOut[] };
      const builder = new SegmentBuilder(this.loaded.manifest.width, this.#full);
      const seen = new Set<string>();
      let read = 0;
      for await (const group of inGroups(products)) {
        options.signal?.throwIfAborted();
        await this.#addGroup(group, { builder, seen, report, options });
        read += group.length;
        options.onProgress?.(read);
      }
      if (!builder.isEmpty) await this.#append(builder);
      return report;
    });
  }

  /**
   * Deletes products by id.
   * @returns how many there were; unknown ids are ignored
   */
  delete(ids: Iterable<string>): Promise<number> {
    return this.#changing(async () => {
      const rows = [...new Set(ids)].flatMap((id) => this.rowOf(id) ?? []);
      if (rows.length > 0) await this.#commit(withoutRows(this.loaded, rows));
      return rows.length;
    });
  }

  /** Writes segments with deleted rows, and small ones, anew. `add` and `delete` do it when it is worth it. */
  compact(): Promise<void> {
    return this.#changing(() => this.#merge());
  }

  /** After this a segment is written. With features each row takes about ten times the memory. */
  get #full(): SegmentSize {
    return { rows: this.loaded.manifest.features ? 512 : 4096, bytes: fullBytes };
  }

  async #changing<Result>(change: () => Promise<Result>): Promise<Result> {
    const lock = await this.#folder.lock();
    try {
      // Another process may have changed it since.
      const now = await loadIndex(this.files, this.loaded);
      assertSameIndex(this.place, this.loaded.manifest, now.manifest);
      this.take(now);
      await this.#folder.removeOthers(this.loaded.manifest);
      const result = await change();
      if (needsMerging(this.loaded, this.#full)) await this.#merge();
      return result;
    } finally {
      await lock.release();
    }
  }

  async #addGroup(
    group: readonly ProductToIndex[],
    to: {
      readonly builder: SegmentBuilder;
      readonly seen: Set<string>;
      readonly report: { unchanged: number; added: number; replaced: number; readonly leftOut: LeftOut[] };
      readonly options: AddOptions;
    },
  ): Promise<void> {
    const { builder, seen, report, options } = to;
    const { embed = this.#embed(), pictures = true } = options;
    const { precision, width, features: withFeatures } = this.loaded.manifest;
    const fresh: { readonly product: ProductToIndex; readonly hash: string; readonly isKnown: boolean }[] = [];
    for (const product of group) {
      const fault =
        faultOfProduct(product) ??
        (isPhotograph(product.image) ? undefined : 'its image must be bytes, a Blob, or a path or URL');
      if (fault !== undefined) {
        report.leftOut.push({ id: String((product as Partial<ProductToIndex> | null)?.id), reason: fault });
        continue;
      }
      const { id } = product;
      if (seen.has(id)) {
        report.leftOut.push({ id, reason: 'its id occurs twice' });
        continue;
      }
      seen.add(id);
      const hash = await productHash(product);
      const known = this.storedProduct(id);
      if (known?.hash === hash) report.unchanged += 1;
      else fresh.push({ product, hash, isKnown: known !== undefined });
    }
    if (fresh.length === 0) return;
    // Made on threads of the image library while the model computes.
    const making = Promise.all(fresh.map(({ product }) => (pictures ? smallPicture(product.image) : undefined)));
    // Handled when it is awaited; if embedding fails first, this must not count as unhandled.
    making.catch(() => undefined);
    const embedded = await embed(fresh.map(({ product }) => product));
    this.#assertComplete(embedded, fresh.length);
    const small = await making;
    for (const [place, { product, hash, isKnown }] of fresh.entries()) {
      const one = embedded[place] as Embedded;
      const { image: _, ...own } = product;
      const kept = { ...own, hash };
      const reason = 'reason' in one ? one.reason : (faultOf(one.vector, width) ?? tooLong(storedBytes(kept)));
      if (reason !== undefined || 'reason' in one) {
        report.leftOut.push({ id: product.id, reason: reason ?? '' });
        continue;
      }
      builder.add({
        product: kept,
        vector: storedVector(one.vector, precision),
        picture: small[place],
        features: withFeatures ? one.features : undefined,
      });
      if (isKnown) report.replaced += 1;
      else report.added += 1;
      if (builder.isFull) await this.#append(builder);
    }
  }

  /** @throws KaleidoError for answers of `embed` that are not one for each product, or lack features */
  #assertComplete(embedded: readonly Embedded[], count: number): void {
    const needed = `embed must give ${count} answers, one for each product in their order`;
    if (embedded.length !== count)
      throw new KaleidoError({ source: 'search', problem: needed, found: embedded.length });
    if (!this.loaded.manifest.features) return;
    if (embedded.some((one) => !('reason' in one) && one.features === undefined))
      throw new KaleidoError({
        source: 'search',
        problem: `the index ${this.place} keeps features, and embed gives none`,
        advice: 'give them: embedFromFeatures(..., { withFeatures: true })',
      });
  }

  #embed(): EmbedGroup {
    if (this.model !== undefined) return embedFromPhotographs(this.model, this.loaded.manifest.features);
    throw new KaleidoError({
      source: 'search',
      problem: `the index ${this.place} was opened without a model, which products are embedded with`,
      advice: 'pass it: openIndex(path, { model }); or pass vectors by the option embed',
    });
  }

  /** Writes collected products as a segment; products with the same ids are deleted in the same moment. */
  async #append(builder: SegmentBuilder): Promise<void> {
    const content = builder.take();
    const replaced = content.products.flatMap(({ id }) => this.rowOf(id) ?? []);
    const manifest = withoutRows(this.loaded, replaced);
    const { description, nextSegment } = await this.#write(content, manifest.nextSegment);
    await this.#commit({
      ...manifest,
      nextSegment,
      products: manifest.products + description.count,
      segments: [...manifest.segments, description],
    });
  }

  async #merge(): Promise<void> {
    const { manifest } = this.loaded;
    const old = segmentsToMerge(this.loaded, this.#full);
    if (old.length === 0) return;
    const builder = new SegmentBuilder(manifest.width, this.#full);
    const merged: SegmentDescription[] = [];
    let { nextSegment } = manifest;
    const write = async (): Promise<void> => {
      const written = await this.#write(builder.take(), nextSegment);
      merged.push(written.description);
      nextSegment = written.nextSegment;
    };
    for await (const row of rowsOf(this.files, this.loaded, old)) {
      builder.add(row);
      if (builder.isFull) await write();
    }
    if (!builder.isEmpty) await write();
    await this.#commit({
      ...manifest,
      nextSegment,
      segments: [...manifest.segments.filter((segment) => !old.includes(segment)), ...merged],
    });
    await this.#folder.removeOthers(this.loaded.manifest);
  }

  async #write(
    content: SegmentContent,
    number: number,
  ): Promise<{ readonly description: SegmentDescription; readonly nextSegment: number }> {
    const { name, files } = await segmentContent(number, this.loaded.manifest.width, content);
    for (const [file, pieces] of files) await this.#folder.write(file, pieces);
    return { description: { name, count: content.products.length, deleted: [] }, nextSegment: number + 1 };
  }

  async #commit(manifest: Manifest): Promise<void> {
    await this.#folder.commit(manifest);
    this.take(await loadIndex(this.files, this.loaded));
  }
}

/** The manifest after some rows are deleted. Segments without a product left are dropped. */
function withoutRows({ manifest, starts }: LoadedIndex, rows: readonly number[]): Manifest {
  const segments = manifest.segments.map((segment, index) => {
    const start = starts[index] as number;
    const own = rows.filter((row) => row >= start && row < start + segment.count).map((row) => row - start);
    return own.length === 0 ? segment : { ...segment, deleted: [...segment.deleted, ...own].sort((a, b) => a - b) };
  });
  return {
    ...manifest,
    products: manifest.products - rows.length,
    segments: segments.filter(({ count, deleted }) => deleted.length < count),
  };
}

/** @throws KaleidoError if the index was made anew in another way since it was opened */
function assertSameIndex(place: string, before: Manifest, now: Manifest): void {
  const settings = (['width', 'precision', 'features'] as const).filter((name) => before[name] !== now[name]);
  const found = [...differences(before.model, now.model), ...settings];
  if (found.length === 0) return;
  throw new KaleidoError({
    source: 'search',
    problem: `another index has been made in ${place} since this one was opened; it has other`,
    found,
    advice: 'open it again',
  });
}

function faultOf(vector: Float32Array, width: number): string | undefined {
  if (vector.length !== width) return `its vector has ${vector.length} numbers, not ${width}`;
  return vector.every(Number.isFinite) ? undefined : 'its vector has NaN or infinite numbers';
}

function tooLong(bytes: number): string | undefined {
  if (bytes <= mostProductBytes) return undefined;
  return `its caption and labels have ${bytes} bytes, more than ${mostProductBytes}`;
}

async function* inGroups<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let group: Item[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < groupSize) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
