import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageHash, type Product, type SkippedProduct, summariseSkipped } from '@kaleido/data';
import { KaleidoError } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import {
  type ExtractorDescription,
  type FeatureAccess,
  type ForegroundDescription,
  featureStoreHeader,
} from '@kaleido/kaleido-patches';
import {
  createExtractor,
  createFeatureStore,
  createForegroundFinder,
  type FeatureStore,
  openFeatureStore,
  prepareFeaturesParallel,
} from '@kaleido/kaleido-patches/node';
import type { PositionScale } from '@kaleido/layout';
import type { PreparedProduct, PreparedSplit, SourceSplit } from './prepared-split.ts';

export interface PrepareSplitOptions {
  readonly from: SourceSplit;
  readonly extractor: ExtractorDescription;
  readonly foreground: ForegroundDescription;
  readonly positionScale: PositionScale;
  /** Most bytes of features in memory; a larger store is read on demand. Default: that of `FeatureStore.share`. */
  readonly featureMemory?: number;
  /** Which of a picture's 74 vectors are read; default: all. */
  readonly slots?: readonly number[];
  /** Folder that keeps features between runs. */
  readonly cache: string;
  readonly threads: number;
  /** `total` where the source knows it. */
  readonly onProgress?: (prepared: number, total?: number) => void;
  readonly signal?: AbortSignal;
}

/** Features on disk. */
export interface MadeFeatures {
  readonly key: string;
  readonly store: FeatureStore;
  readonly products: readonly PreparedProduct[];
  /** Rows that could not become a product, and images that could not be decoded. */
  readonly skipped: readonly SkippedProduct[];
  /** Images that could be decoded despite a fault in their files. */
  readonly noted: readonly { readonly id: string; readonly note: string }[];
  /** Oddities of the split that leave nothing out. */
  readonly warnings: readonly string[];
  /** Whether they already existed. */
  readonly cached: boolean;
}

/** Makes the features of all pictures, or finds those of an earlier run; resumes one that was stopped or killed. */
export async function makeFeatures(
  options: Omit<PrepareSplitOptions, 'positionScale' | 'slots'>,
): Promise<MadeFeatures> {
  const { from, extractor, foreground, cache, threads, onProgress, signal } = options;
  const described = await createExtractor(extractor);
  const finder = await createForegroundFinder(foreground);
  const header = featureStoreHeader({
    extractor: described,
    foreground: finder,
    source: `${from.source.fingerprint}/${from.split}`,
  });
  described.dispose();
  finder.dispose?.();
  const key = createHash('sha256').update(JSON.stringify(header)).digest('hex').slice(0, 16);
  const folder = join(cache, `features-${key}`);
  const productsFile = join(cache, `products-${key}.json`);

  const open = (): ReturnType<typeof openFeatureStore> => openFeatureStore(folder, header);
  let listed = await readProducts(productsFile);
  // Deleted or damaged features, or those of another layout, are made again.
  const kept = listed === undefined ? undefined : await open().catch(expectKaleidoError);
  if (kept === undefined) {
    const products: PreparedProduct[] = [];
    const skippedRows: SkippedProduct[] = [];
    const warnings: string[] = [];
    let hasEnded = false;
    const stream = from.source.products(from.split, {
      onSkipped: (row) => skippedRows.push(row),
      onWarning: (message) => warnings.push(message),
    });
    async function* images(): AsyncGenerator<{ id: string; productId: string; bytes: Uint8Array }> {
      for await (const product of stream) {
        products.push(withoutPicture(product, await imageHash(product.image.bytes)));
        yield { id: product.id, productId: product.productId, bytes: product.image.bytes };
      }
      hasEnded = true;
    }
    const total = from.source.rows?.(from.split);
    await prepareFeaturesParallel({
      source: images(),
      writer: await createFeatureStore(folder, header, { resume: true }),
      extractor,
      foreground,
      threads,
      ...(onProgress === undefined
        ? {}
        : { onProgress: ({ prepared, skipped }) => onProgress(prepared + skipped, total) }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((error: unknown) => {
      // The store only knows that it received nothing.
      throw hasEnded && products.length === 0 ? noProducts(from, skippedRows) : error;
    });
    // Written last, so that its presence shows that the features are complete.
    listed = { products, skippedRows, warnings };
    await writeWhole(productsFile, JSON.stringify(listed));
  }

  const store = kept ?? (await open());
  const { products, skippedRows, warnings = [] } = listed as ProductsFile;
  const noted = store.images.flatMap(({ id, note }) => (note === undefined ? [] : [{ id, note }]));
  return {
    key,
    store,
    products,
    skipped: [...skippedRows, ...store.skipped],
    noted,
    warnings,
    cached: kept !== undefined,
  };
}

/** Stored next to the features; files of earlier versions have no warnings. */
interface ProductsFile {
  readonly products: readonly PreparedProduct[];
  readonly skippedRows: readonly SkippedProduct[];
  readonly warnings?: readonly string[];
}

/** Undefined if the file is missing or damaged: the features are then made again. */
async function readProducts(path: string): Promise<ProductsFile | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as ProductsFile);
  } catch {
    return undefined;
  }
}

/** The error for a split without products, with the commonest reasons. */
function noProducts({ source, split }: SourceSplit, skipped: readonly SkippedProduct[]): KaleidoError {
  return new KaleidoError({
    source: 'splits',
    problem: `no product could be read from ${source.name}, ${split}`,
    found:
      skipped.length === 0
        ? 'no rows'
        : summariseSkipped(skipped, 1)
            .slice(0, 3)
            .map(({ kind, count, examples: [first] }) => `${count} left out: ${kind} (the first: ${first?.reason})`)
            .join('; '),
    advice: 'check the data folder',
  });
}

/** As `makeFeatures`, and opens them for worker threads: in memory if they fit, else read on demand. */
export async function prepareSplit(options: PrepareSplitOptions): Promise<PreparedSplit> {
  const { from, positionScale } = options;
  const { key, store, products, skipped, noted, warnings, cached } = await makeFeatures(options);
  const byId = new Map(products.map((product) => [product.id, product]));
  return {
    name: `${from.source.name}, ${from.split}`,
    key,
    products: store.images.map(({ id }) => byId.get(id) as PreparedProduct),
    features: await shareFeatures(store, options),
    positionScale,
    statistics: store.statistics,
    skipped,
    noted,
    warnings,
    cached,
  };
}

/** Accepts the store's own errors; rethrows others. */
function expectKaleidoError(error: unknown): undefined {
  if (!KaleidoError.isInstance(error)) throw error;
}

function withoutPicture({ image: _, ...product }: Product, hash: string): PreparedProduct {
  return { ...product, imageHash: hash };
}

async function shareFeatures(
  store: FeatureStore,
  { positionScale, slots, featureMemory }: PrepareSplitOptions,
): Promise<FeatureAccess> {
  return store.share({
    positionScale,
    ...(slots === undefined ? {} : { slots }),
    ...(featureMemory === undefined ? {} : { memory: featureMemory }),
  });
}
