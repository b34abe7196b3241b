import { join } from 'node:path';
import { File, ready } from 'h5wasm/node';

export type Datasets = Record<string, { data: unknown; shape: number[]; dtype: string }>;

/**
 * The datasets of Fashion-Gen that are read.
 * @param products number of each row
 * @param side of the pictures in pixels
 */
export function fashionGenDatasets(products: readonly number[] = [7, 7, 9], side = 2): Datasets {
  const texts = (value: (product: number) => string): Datasets[string] => ({
    data: products.map(value),
    shape: [products.length, 1],
    dtype: 'S40',
  });
  const N = products.length;
  // A product without a description is left out.
  const description = (product: number): string => (product === 9 ? '' : 'Long dress.');
  const name = (product: number): string => (product === 9 ? 'Shirt' : 'Dress');
  return {
    input_image: {
      data: Uint8Array.from({ length: N * side * side * 3 }, (_, i) => 7 * i),
      shape: [N, side, side, 3],
      dtype: '<B',
    },
    input_productID: { data: BigInt64Array.from(products, BigInt), shape: [N, 1], dtype: '<q' },
    input_name: texts(name),
    input_description: texts(description),
    input_concat_description: texts((product) => `${name(product)}. ${description(product)}`.trim()),
    input_category: texts((product) => (product === 9 ? 'TOPS' : 'DRESSES')),
    input_subcategory: texts((product) => (product === 9 ? 'SHIRTS' : 'LONG DRESSES')),
    input_msrpUSD: {
      data: Float32Array.from(products, (product) => (product === 9 ? 20 : 0.1)),
      shape: [N, 1],
      dtype: '<f',
    },
  };
}

/** Writes an HDF5 file and returns its path. */
export async function writeHdf5(folder: string, name: string, all: Datasets): Promise<string> {
  await ready;
  const path = join(folder, name);
  const file = new File(path, 'w');
  for (const [dataset, { data, shape, dtype }] of Object.entries(all))
    file.create_dataset({ name: dataset, data: data as string[], shape, dtype });
  file.close();
  return path;
}
