import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageHash, type Product } from '@kaleido/data';
import { writeWhole } from '@kaleido/foundation/node';
import {
  createForegroundFinder,
  type ExtractorDescription,
  type FeatureStatistics,
  featureStoreHeader,
  type PositionScale,
  type SharedFeatureMemory,
} from '@kaleido/kaleido-patches';
import {
  createExtractor,
  createFeatureStore,
  openFeatureStore,
  prepareFeaturesParallel,
} from '@kaleido/kaleido-patches/node';
import type { SourceSplit } from './open-source.ts';

/** A product without its picture. */
export interface PreparedProduct {
  readonly id: string;
  readonly productId: string;
  readonly caption: string;
  readonly category?: string;
  readonly subcategory?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Of the picture's bytes: equal photographs under two ids have the same. */
  readonly imageHash: string;
}

/** A split whose features lie in memory; row r of both speaks of the same photograph. */
export interface PreparedSplit {
  readonly name: string;
  readonly products: readonly PreparedProduct[];
  readonly features: SharedFeatureMemory;
  readonly positionScale: PositionScale;
  readonly statistics: FeatureStatistics;
  readonly skipped: readonly { readonly id: string; readonly reason: string }[];
  /** Whether the features were there already. */
  readonly cached: boolean;
}

export interface PrepareSplitOptions {
  readonly from: SourceSplit;
  readonly extractor: ExtractorDescription;
  readonly positionScale: PositionScale;
  /** Where features are kept between runs. */
  readonly cache: string;
  readonly threads: number;
  readonly onProgress?: (prepared: number) => void;
  readonly signal?: AbortSignal;
}

const foreground = { kind: 'background-colour' } as const;

/** Pictures to features, or the features that an earlier run left. */
export async function prepareSplit(options: PrepareSplitOptions): Promise<PreparedSplit> {
  const { from, extractor, positionScale, cache, threads, onProgress, signal } = options;
  const described = await createExtractor(extractor);
  const header = featureStoreHeader({
    extractor: described,
    foreground: createForegroundFinder(foreground),
    source: `${from.source.fingerprint}/${from.split}`,
  });
  described.dispose();
  const key = createHash('sha256').update(JSON.stringify(header)).digest('hex').slice(0, 16);
  const folder = join(cache, `features-${key}`);
  const productsFile = join(cache, `products-${key}.json`);

  const known = await readFile(productsFile, 'utf8').catch(() => undefined);
  if (known === undefined) {
    const products: PreparedProduct[] = [];
    const skippedRows: { id: string; reason: string }[] = [];
    const stream = from.source.products(from.split, { onSkipped: (row) => skippedRows.push(row) });
    async function* images(): AsyncGenerator<{ id: string; productId: string; bytes: Uint8Array }> {
      for await (const product of stream) {
        products.push(withoutPicture(product, await imageHash(product.image.bytes)));
        yield { id: product.id, productId: product.productId, bytes: product.image.bytes };
      }
    }
    await prepareFeaturesParallel({
      source: images(),
      writer: await createFeatureStore(folder, header),
      extractor,
      foreground,
      threads,
      ...(onProgress === undefined ? {} : { onProgress: ({ prepared }) => onProgress(prepared) }),
      ...(signal === undefined ? {} : { signal }),
    });
    // Last, so that its presence says that the features are whole.
    await writeWhole(productsFile, JSON.stringify({ products, skippedRows }));
  }

  const store = await openFeatureStore(folder, header);
  const { products, skippedRows } = JSON.parse(await readFile(productsFile, 'utf8')) as {
    products: PreparedProduct[];
    skippedRows: { id: string; reason: string }[];
  };
  const byId = new Map(products.map((product) => [product.id, product]));
  return {
    name: `${from.source.name}, ${from.split}`,
    products: store.images.map(({ id }) => byId.get(id) as PreparedProduct),
    features: await store.shared({ positionScale }),
    positionScale,
    statistics: store.statistics,
    skipped: [...skippedRows, ...store.skipped],
    cached: known !== undefined,
  };
}

function withoutPicture({ image: _, ...product }: Product, hash: string): PreparedProduct {
  return { ...product, imageHash: hash };
}
