import type { Product } from '@kaleido/data';
import { openParquetFolder, openWebDatasetFolder } from '@kaleido/data/node';
import { KaleidoError } from '@kaleido/foundation';
import { decodeImage } from '@kaleido/kaleido-patches/node';

export interface Photograph {
  readonly product: Product;
  readonly image: Awaited<ReturnType<typeof decodeImage>>;
}

/** The photographs of a split of a folder of Parquet shards or WebDataset tars; broken ones are passed over. */
export async function* photographs(
  folder: string,
  split: string,
  most: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Photograph> {
  const source = await openParquetFolder(folder).catch((error: unknown) => {
    if (!KaleidoError.isInstance(error)) throw error;
    return openWebDatasetFolder(folder).catch(() => {
      throw error;
    });
  });
  let count = 0;
  for await (const product of source.products(split)) {
    if (count >= most) return;
    const image = await decodeImage(product.image.bytes, product.id).catch((error: unknown) => {
      if (!KaleidoError.isInstance(error)) throw error;
      return undefined;
    });
    if (image === undefined) continue;
    count += 1;
    yield { product, image };
  }
}
