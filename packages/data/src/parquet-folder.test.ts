import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { imageHash } from './image-hash.ts';
import { openParquetFolder } from './parquet-folder.ts';
import type { Product, ProductSource, SkippedProduct } from './product.ts';

// Written by pyarrow 26 (test/fixtures/README.md).
const golden = fileURLToPath(new URL('../test/fixtures/parquet/', import.meta.url));
const catalogue = fileURLToPath(new URL('../../../../shared/data/kagl-12k/', import.meta.url));
const itCatalogue = existsSync(catalogue) ? it : it.skip;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-parquet-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function openGolden(file: string, onWarning?: (message: string) => void): Promise<ProductSource> {
  await copyFile(join(golden, file), join(folder, 'train-00000-of-00001.parquet'));
  return openParquetFolder(folder, onWarning === undefined ? {} : { onWarning });
}

async function readAll(
  source: ProductSource,
  split = 'train',
): Promise<{ products: Product[]; skipped: SkippedProduct[] }> {
  const products: Product[] = [];
  const skipped: SkippedProduct[] = [];
  for await (const product of source.products(split, { onSkipped: (row) => skipped.push(row) })) products.push(product);
  return { products, skipped };
}

interface ExpectedRow {
  readonly item_ID: number;
  readonly text: string;
  readonly category2: string;
  readonly season: string | null;
  readonly imageSha256: string;
}

async function expected<Value>(file: string): Promise<Value> {
  const { files } = JSON.parse(await readFile(join(golden, 'expected.json'), 'utf8')) as {
    files: Record<string, Value>;
  };
  return files[file] as Value;
}

describe('openParquetFolder on shards of pyarrow', () => {
  it('reads every row of several row groups, in order', async () => {
    const rows = await expected<ExpectedRow[]>('valid.parquet');
    const { products, skipped } = await readAll(await openGolden('valid.parquet'));
    expect(skipped).toEqual([]);
    expect(products.map(({ id, productId, caption }) => ({ id, productId, caption }))).toEqual(
      rows.map((row) => ({ id: String(row.item_ID), productId: String(row.item_ID), caption: row.text })),
    );
    for (const [index, row] of rows.entries()) {
      const product = products[index]!;
      expect(await imageHash(product.image.bytes)).toBe(row.imageSha256);
      expect(product.image.mediaType).toBe('image/jpeg');
      expect(product.image.bytes.buffer.byteLength).toBe(product.image.bytes.length);
      expect(product.subcategory).toBe(row.category2);
      expect(product.category).toBe(product.attributes?.category1);
      expect(product.attributes?.season ?? null).toBe(row.season);
      expect(Object.hasOwn(product.attributes ?? {}, 'season')).toBe(row.season !== null);
      expect(product.attributes?.year).toMatch(/^20\d\d$/);
    }
  });

  it.each(['zstd', 'gzip', 'brotli', 'none'])('reads %s pages as it reads Snappy ones', async (codec) => {
    const rows = await expected<ExpectedRow[]>('valid.parquet');
    const { products } = await readAll(await openGolden(`valid-${codec}.parquet`));
    expect(products.map(({ caption }) => caption)).toEqual(rows.slice(0, 3).map(({ text }) => text));
  });

  it('skips and names rows without an image or a text', async () => {
    const rows = await expected<{ readable: number[]; withoutImage: number[]; withoutText: number[] }>(
      'null-image.parquet',
    );
    const { products, skipped } = await readAll(await openGolden('null-image.parquet'));
    expect(products.map(({ id }) => Number(id))).toEqual(rows.readable);
    const reasons = new Map(skipped.map(({ id, reason }) => [Number(id), reason]));
    expect(reasons.size).toBe(4);
    for (const id of rows.withoutImage)
      expect(reasons.get(id)).toMatch(
        /^row \d of train-00000-of-00001.parquet has (no image$|an image that is a path)/,
      );
    for (const id of rows.withoutText) expect(reasons.get(id)).toMatch(/has no text$/);
  });

  it('keeps broken images as bytes: only a decoder can judge them', async () => {
    const { products } = await readAll(await openGolden('corrupt-jpeg.parquet'));
    expect(products).toHaveLength(5);
    expect(products.map(({ image }) => image.mediaType)).toEqual(
      expect.arrayContaining(['image/jpeg', 'application/octet-stream']),
    );
  });

  it('finds media types from the bytes', async () => {
    const { products } = await readAll(await openGolden('odd-images.parquet'));
    const types = new Map(products.map(({ caption, image }) => [caption, image.mediaType]));
    expect(types.get('png-named.jpg')).toBe('image/png');
    expect(types.get('still.webp')).toBe('image/webp');
    expect(types.get('animated.gif')).toBe('image/gif');
    expect(types.get('html.jpg')).toBe('text/html');
  });

  it('keeps all digits of 64-bit ids and accepts string ids', async () => {
    const big = await readAll(await openGolden('big-id.parquet'));
    expect(big.products.map(({ id }) => id)).toEqual(await expected<string[]>('big-id.parquet'));
    const strings = await readAll(await openGolden('id-is-string.parquet'));
    expect(strings.products.map(({ id }) => id)).toHaveLength(3);
    expect(strings.products[0]?.attributes?.year).toMatch(/^20\d\d$/);
  });

  it('reads no rows from a file without rows, and says so', async () => {
    const warnings: string[] = [];
    const { products } = await readAll(await openGolden('no-rows.parquet', (message) => warnings.push(message)));
    expect(products).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('split "train"')]);
  });

  it.each([
    ['image-is-string.parquet', /column "image" of .*train-00000-of-00001\.parquet must be a struct.*found "string"/],
    ['no-text-column.parquet', /has no column "text", found \["image",/],
    ['truncated.parquet', /train-00000-of-00001\.parquet is not a whole Parquet file.*download it again/],
    ['not-parquet.parquet', /is not a whole Parquet file/],
  ])('refuses %s', async (file, message) => {
    await expect(openGolden(file)).rejects.toThrow(message);
  });

  it('names the file and rows when pages are damaged', async () => {
    const path = join(folder, 'train-00000-of-00001.parquet');
    const bytes = await readFile(join(golden, 'valid-zstd.parquet'));
    // Everything before the footer, whose length is stored before the last four bytes.
    bytes.fill(0, 4, bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8));
    await writeFile(path, bytes);
    const source = await openParquetFolder(folder);
    await expect(readAll(source)).rejects.toThrow(/@kaleido\/data: rows 0 to 2 of .*parquet cannot be read/);
  });

  it('finds any split name, and names the known ones if one is unknown', async () => {
    await copyFile(join(golden, 'valid-none.parquet'), join(folder, 'held-out-00000-of-00001.parquet'));
    const source = await openGolden('valid.parquet');
    expect(source.splits).toEqual(['held-out', 'train']);
    expect((await readAll(source, 'held-out')).products).toHaveLength(3);
    expect(() => source.products('test')).toThrow('has no such split, found "test"; take one of: held-out, train');
  });

  it('skips a row that repeats an id', async () => {
    await copyFile(join(golden, 'valid.parquet'), join(folder, 'train-00000-of-00002.parquet'));
    await copyFile(join(golden, 'valid-none.parquet'), join(folder, 'train-00001-of-00002.parquet'));
    const { products, skipped } = await readAll(await openParquetFolder(folder));
    expect(products).toHaveLength(8);
    expect(skipped.map(({ reason }) => reason)).toEqual(
      [0, 1, 2].map((row) => `row ${row} of train-00001-of-00002.parquet repeats this item_ID`),
    );
  });

  it('refuses a split with a missing shard', async () => {
    await copyFile(join(golden, 'valid.parquet'), join(folder, 'train-00001-of-00002.parquet'));
    await expect(openParquetFolder(folder)).rejects.toThrow(
      /the shards of split "train" in .* are not complete, found \["1 of 2"\]/,
    );
  });

  it('changes its fingerprint with the content', async () => {
    const first = await openGolden('valid.parquet');
    const again = await openGolden('valid.parquet');
    const other = await openGolden('valid-none.parquet');
    expect(again.fingerprint).toBe(first.fingerprint);
    expect(other.fingerprint).not.toBe(first.fingerprint);
  });
});

describe('openParquetFolder', () => {
  it('refuses a missing folder and one without shards', async () => {
    await expect(openParquetFolder(join(folder, 'absent'))).rejects.toThrow(
      /cannot read the data folder .*absent, found "ENOENT"/,
    );
    await expect(openParquetFolder(folder)).rejects.toThrow(/holds no Parquet shard, found \[\]; name the files/);
  });

  itCatalogue('reads 1,156 real validation products (skipped where ../shared/data/kagl-12k is absent)', async () => {
    const source = await openParquetFolder(catalogue);
    expect(source.splits).toEqual(['train', 'validation']);
    const { products, skipped } = await readAll(source, 'validation');
    expect(products.length + skipped.length).toBe(1156);
    expect(skipped).toEqual([]);
  });
});

describe('imageHash', () => {
  it('is the SHA-256 of the bytes', async () => {
    const bytes = new TextEncoder().encode('a photograph');
    expect(await imageHash(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});
