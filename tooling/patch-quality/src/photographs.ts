import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageMediaType, type Product } from '@kaleido/data';
import { openData } from '@kaleido/data/node';
import { KaleidoError } from '@kaleido/foundation';
import type { RgbImage } from '@kaleido/kaleido-patches';
import { decodeImage } from '@kaleido/kaleido-patches/node';

export interface Photograph {
  readonly product: Product;
  readonly image: RgbImage;
}

/**
 * The photographs of a split of a folder of Parquet shards or WebDataset tars, or all pictures in and under a folder
 * without either; broken ones are skipped.
 * @throws KaleidoError if there are none
 */
export async function* photographs(
  folder: string,
  split: string,
  most: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Photograph> {
  let count = 0;
  for await (const product of await productsOf(folder, split)) {
    if (count >= most) return;
    const image = await decodeImage(product.image.bytes, product.id).catch((error: unknown) => {
      if (!KaleidoError.isInstance(error)) throw error;
      return undefined;
    });
    if (image === undefined) continue;
    count += 1;
    yield { product, image };
  }
  if (count === 0)
    throw new KaleidoError({
      source: 'patch-quality',
      problem: `there is no photograph in ${folder}`,
      advice: 'pass --data with a folder of photographs',
    });
}

async function productsOf(folder: string, split: string): Promise<AsyncIterable<Product>> {
  const names = await readdir(folder, { recursive: true }).catch((): string[] => []);
  const pictures = names.filter((name) => /\.(jpe?g|png|webp|gif|avif|tiff?)$/i.test(name)).sort();
  const hasShards = names.some((name) => /\.(parquet|tar)$/.test(name));
  if (pictures.length > 0 && !hasShards) return picturesOf(folder, pictures);
  return (await openData(folder)).products(split);
}

async function* picturesOf(folder: string, names: readonly string[]): AsyncGenerator<Product> {
  for (const name of names) {
    const bytes = await readFile(join(folder, name));
    yield { id: name, productId: name, caption: '', image: { bytes, mediaType: imageMediaType(bytes) } };
  }
}
