import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packTar, type TarHeader } from 'modern-tar';
import type { Product, SkippedProduct } from '../src/product.ts';
import { openWebDatasetFolder } from '../src/webdataset-folder.ts';

export type Content = string | Uint8Array | { readonly hardLink: string } | { readonly symbolicLink: string };
export type File = readonly [name: string, content: Content];

const heads = {
  jpeg: [0xff, 0xd8, 0xff, 0xe0, 0, 16],
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  tiff: [0x49, 0x49, 0x2a, 0],
  webp: [...Buffer.from('RIFF'), 0, 0, 0, 0, ...Buffer.from('WEBP')],
};

/** Bytes that begin like a picture and end with its number: `imageOf` returns the number of a product's picture. */
export function picture(number = 0, head: keyof typeof heads = 'jpeg', size = 64): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(heads[head]);
  new DataView(bytes.buffer).setUint32(size - 4, number);
  return bytes;
}

export function imageOf({ image: { bytes } }: Product): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4);
}

export async function tar(files: readonly File[]): Promise<Uint8Array> {
  return packTar(
    files.map(([name, content]) => {
      if (typeof content === 'object' && 'hardLink' in content)
        return { header: { name, size: 0, type: 'link', linkname: content.hardLink } satisfies TarHeader };
      if (typeof content === 'object' && 'symbolicLink' in content)
        return { header: { name, size: 0, type: 'symlink', linkname: content.symbolicLink } satisfies TarHeader };
      const body = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      return { header: { name, size: body.length }, body };
    }),
  );
}

export interface Read {
  readonly products: Product[];
  readonly skipped: SkippedProduct[];
  readonly warnings: string[];
}

/** All products of a split, the skipped ones, and the warnings. */
export async function readFolder(path: string, split = 'train'): Promise<Read> {
  const read: Read = { products: [], skipped: [], warnings: [] };
  const source = await openWebDatasetFolder(path, { onWarning: (message) => read.warnings.push(message) });
  for await (const product of source.products(split, { onSkipped: (sample) => read.skipped.push(sample) }))
    read.products.push(product);
  return read;
}

/** Writes a shard of these files into the folder and reads it. */
export async function readTarIn(folder: string, files: readonly File[]): Promise<Read> {
  await writeFile(join(folder, 'train-000000.tar'), await tar(files));
  return readFolder(folder);
}
