import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { imageHash } from './image-hash.ts';
import type { Product, SkippedProduct } from './product.ts';
import { openWebDatasetFolder } from './webdataset-folder.ts';

// Written by Python 3.11's tarfile (test/fixtures/README.md).
const golden = fileURLToPath(new URL('../test/fixtures/webdataset/', import.meta.url));
const catalogue = fileURLToPath(new URL('../../../../shared/data/kagl-27k-small/', import.meta.url));
const itCatalogue = existsSync(catalogue) ? it : it.skip;

interface Expected {
  readonly key: string;
  readonly text: string;
  readonly imageSha256: string;
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-webdataset-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Read {
  readonly products: Product[];
  readonly skipped: SkippedProduct[];
  readonly warnings: string[];
  readonly error: Error | undefined;
}

async function readGolden(...files: string[]): Promise<Read> {
  for (const [index, file] of files.entries())
    await copyFile(join(golden, file), join(folder, `train-00000${index}.tar`));
  const read: Read = { products: [], skipped: [], warnings: [], error: undefined };
  const source = await openWebDatasetFolder(folder, { onWarning: (message) => read.warnings.push(message) });
  try {
    for await (const product of source.products('train', { onSkipped: (sample) => read.skipped.push(sample) }))
      read.products.push(product);
  } catch (error) {
    return { ...read, error: error as Error };
  }
  return read;
}

async function summary(products: readonly Product[]): Promise<Omit<Expected, 'key'>[]> {
  return Promise.all(
    products.map(async ({ caption, image }) => ({ text: caption, imageSha256: await imageHash(image.bytes) })),
  );
}

describe('openWebDatasetFolder on shards of tarfile', () => {
  const expected = (file: string): Expected[] =>
    (JSON.parse(readFileSync(join(golden, 'expected.json'), 'utf8')) as Record<string, Expected[]>)[file]!;

  it.each([
    ['valid.tar', []],
    ['valid-names.tar', []],
    ['gnu-long-name.tar', []],
    ['missing-json.tar', [/sample 028677 of train-000000.tar has no text/]],
    ['zero-length-jpg.tar', [/sample 000777 of train-000000.tar has no image/]],
    ['links.tar', [/sample 000999 of train-000000.tar has no image: its image is a symbolic link.*\/etc\/hostname/]],
    [
      'bad-json.tar',
      [/sample 000888 .* has JSON that cannot be parsed/, /sample 000889 .* has JSON that is not UTF-8/],
    ],
    [
      'path-traversal.tar',
      [/leads outside .*\.\.\/escape.jpg/, /leads outside .*absolute.jpg/, /leads outside .*b.jpg/],
    ],
  ])('reads %s and names what it leaves out', async (file, reasons) => {
    const { products, skipped, error } = await readGolden(file);
    expect(error).toBeUndefined();
    expect(await summary(products)).toEqual(expected(file).map(({ text, imageSha256 }) => ({ text, imageSha256 })));
    expect(skipped).toHaveLength(reasons.length);
    for (const [index, reason] of reasons.entries()) expect(skipped[index]!.reason).toMatch(reason);
  });

  it('takes ids from item_ID or else from the key, and labels from the JSON', async () => {
    const { products } = await readGolden('valid.tar', 'valid-names.tar');
    expect(products.map(({ id }) => id)).toEqual([
      ...expected('valid.tar').map(({ key }) => String(Number(key))),
      ...expected('valid-names.tar').map(({ key }) => key),
    ]);
    expect(products[0]).toMatchObject({
      productId: '8954',
      category: 'Apparel',
      subcategory: 'Bottomwear',
      attributes: { gender: 'Men', category3: 'Trousers', baseColour: 'Brown' },
      image: { mediaType: 'image/jpeg' },
    });
  });

  it('keeps the first of two samples with one key, and never mixes them', async () => {
    const first = expected('valid.tar')[0]!;
    const { products, skipped } = await readGolden('duplicate-key.tar');
    expect(products).toHaveLength(3);
    expect(await summary(products)).toContainEqual({ text: first.text, imageSha256: first.imageSha256 });
    expect(skipped).toEqual([
      {
        id: '008954',
        reason: 'sample 008954 of train-000000.tar repeats this key',
        kind: 'repeats this key',
      },
    ]);
  });

  it('skips an id from an earlier shard', async () => {
    const { products, skipped } = await readGolden('valid.tar', 'missing-json.tar');
    expect(products).toHaveLength(6);
    expect(skipped.map(({ reason }) => reason)).toContain('sample 046742 of train-000001.tar repeats this id');
  });

  it('returns the complete samples of a truncated shard, then fails with its name', async () => {
    const { products, error } = await readGolden('truncated.tar');
    expect((await summary(products)).map(({ text }) => text)).toEqual(
      expected('truncated.tar').map(({ text }) => text),
    );
    expect(error?.message).toMatch(
      /@kaleido\/data: the shard .*train-000000.tar is cut or damaged, found ".*truncated/,
    );
  });

  it('refuses a damaged header', async () => {
    const { products, error } = await readGolden('bad-checksum.tar');
    expect(products).toEqual([]);
    expect(error?.message).toMatch(/train-000000.tar is cut or damaged, found ".*checksum/);
  });

  it('warns of a shard without samples', async () => {
    const { products, warnings } = await readGolden('empty.tar');
    expect(products).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/train-000000.tar has no samples/)]);
  });

  it('refuses a gap in the numbers, and an unknown split', async () => {
    await copyFile(join(golden, 'valid.tar'), join(folder, 'train-000001.tar'));
    await expect(openWebDatasetFolder(folder)).rejects.toThrow(
      /shards of split "train" in .* are not complete, found \[1\]/,
    );
    await copyFile(join(golden, 'valid.tar'), join(folder, 'train-000000.tar'));
    const source = await openWebDatasetFolder(folder);
    expect(() => source.products('test')).toThrow('has no such split, found "test"; take one of: train');
  });
});

describe('openWebDatasetFolder', () => {
  it('refuses a missing folder and one without shards', async () => {
    await expect(openWebDatasetFolder(join(folder, 'absent'))).rejects.toThrow(/cannot read the data folder .*ENOENT/);
    await expect(openWebDatasetFolder(folder)).rejects.toThrow(/holds no WebDataset shard, found \[\]; name the files/);
  });

  itCatalogue(
    'reads 3,003 real validation products (skipped where ../shared/data/kagl-27k-small is absent)',
    async () => {
      const source = await openWebDatasetFolder(catalogue);
      expect(source.splits).toEqual(['train', 'validation']);
      let count = 0;
      for await (const product of source.products('validation')) count += product.caption === '' ? 0 : 1;
      expect(count).toBe(3003);
    },
  );
});
