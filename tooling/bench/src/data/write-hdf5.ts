import { open, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { File, ready } from 'h5wasm/node';
import { captionOf, categoryOf } from './noise.ts';

export interface Hdf5Size {
  readonly products: number;
  /** Of each picture; 256 in Fashion-Gen. */
  readonly side: number;
}

/**
 * Writes a file in the layout of Fashion-Gen, all datasets contiguous. The pictures are a hole in the file: they read as
 * black and take no place on disk, at any size.
 *
 * The HDF5 library cannot write this: it would allocate the pictures in memory. So it writes one picture, and then the
 * description is changed: the number of rows, and where the pictures are, behind all else.
 */
export async function writeHdf5(folder: string, { products, side }: Hdf5Size): Promise<void> {
  await ready;
  const path = join(folder, 'fashiongen_train.h5');
  const numbers = Array.from({ length: products }, (_, number) => number);
  const file = new File(path, 'w', { libver: ['earliest', 'latest'] });
  const texts = (name: string, length: number, textOf: (number: number) => string): void => {
    file.create_dataset({ name, data: numbers.map(textOf), shape: [products, 1], dtype: `S${length}` });
  };
  file.create_dataset({
    name: 'input_productID',
    data: BigInt64Array.from(numbers, BigInt),
    shape: [products, 1],
    dtype: '<q',
  });
  texts('input_name', 8, () => 'Dress');
  texts('input_description', 96, captionOf);
  texts('input_concat_description', 8, () => 'Dress.');
  texts('input_category', 16, categoryOf);
  texts('input_subcategory', 16, categoryOf);
  const pictureBytes = 3 * side * side;
  const picture = new Uint8Array(pictureBytes);
  file.create_dataset({ name: 'input_image', data: picture, shape: [1, side, side, 3], dtype: '<B' });
  file.close();

  const { size } = await stat(path);
  const end = size + products * pictureBytes;
  const opened = await open(path, 'r+');
  try {
    const head = Buffer.alloc(size);
    await opened.read(head, 0, size, 0);
    // Addresses and lengths are numbers of 8 bytes, the lowest first.
    const words = (...values: readonly number[]): Buffer => {
      const bytes = Buffer.alloc(8 * values.length);
      for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), 8 * index);
      return bytes;
    };
    const placesOf = (found: Buffer, isOne: (at: number) => boolean = () => true): number[] => {
      const places: number[] = [];
      for (let at = head.indexOf(found); at >= 0; at = head.indexOf(found, at + 1)) if (isOne(at)) places.push(at);
      return places;
    };
    // The shape stands there twice, the second time as the largest one.
    const shapes = placesOf(words(1, side, side, 3));
    // A layout is version 3, class 1 (contiguous), address, length.
    const isLayout = (at: number): boolean => head[at - 10] === 3 && head[at - 9] === 1;
    const layouts = placesOf(words(pictureBytes), isLayout);
    if (shapes.length !== 2 || layouts.length !== 1)
      throw new Error('the HDF5 library describes its datasets in another way');
    for (const at of shapes) await opened.write(words(products), 0, 8, at);
    for (const at of layouts) await opened.write(words(size, products * pictureBytes), 0, 16, at - 8);
    // The superblock has the end of the file.
    await opened.write(words(end), 0, 8, 40);
  } finally {
    await opened.close();
  }
  await truncate(path, end);
}
