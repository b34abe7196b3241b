import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { noCleaning } from '@kaleido/data/node';
import { decodeImage } from '@kaleido/kaleido-patches/node';
import { type Comparison, compareItems } from '../comparison.ts';
import { readJson } from '../read-case.ts';
import { compareRefusal, readProducts } from './read-products.ts';

type Row = Readonly<Record<string, string | number>>;

/** Compares every field of every row of Fashion-Gen's files: `expected.json`, the files, and `broken/`. */
export async function compareFashionGen(folder: string): Promise<Comparison[]> {
  const { train, validation } = (await readJson(join(folder, 'expected.json'))) as Readonly<
    Record<'train' | 'validation', readonly Row[]>
  >;
  const comparisons = [
    ...(await compareFile(join(folder, 'fashiongen_256_256_train.h5'), 'train', train)),
    ...(await compareFile(join(folder, 'fashiongen_256_256_validation.h5'), 'validation', validation)),
    ...(await compareFile(join(folder, 'gzip-chunked.h5'), 'gzip-chunked', renumbered(validation.slice(-3)))),
  ];
  for (const file of (await readdir(join(folder, 'broken'))).sort())
    comparisons.push(await compareRefusal(`broken ${file}`, join(folder, 'broken', file), [file]));
  return comparisons;
}

/** The file has the pictures and texts of these rows, and numbers them anew: its `index` and `index_2` are 0, 1, 2. */
function renumbered(rows: readonly Row[]): readonly Row[] {
  return rows.map((row, index) => ({ ...row, index, index_2: index }));
}

async function compareFile(path: string, name: string, rows: readonly Row[]): Promise<Comparison[]> {
  const keys = Object.keys(rows[0] ?? {}).filter((key) => key !== 'row' && key !== 'imageSha256');
  const { products, refusal } = await readProducts(path, {
    map: { attributes: keys },
    clean: noCleaning,
    splits: 'hash:validation=0',
  });
  const hashes: string[] = [];
  for (const { id, image } of products) {
    const { data } = await decodeImage(image.bytes, id);
    hashes.push(createHash('sha256').update(data).digest('hex'));
  }
  const number = (value: unknown): unknown => (typeof value === 'number' ? Math.fround(value) : value);
  return [
    compareItems(`${name} error`, [refusal], [undefined]),
    compareItems(
      `${name} image`,
      hashes,
      rows.map(({ imageSha256 }) => imageSha256),
    ),
    ...keys.map((key) =>
      compareItems(
        `${name} ${key}`,
        products.map(({ attributes = {} }) =>
          typeof rows[0]?.[key] === 'number' ? number(Number(attributes[key])) : attributes[key],
        ),
        rows.map((row) => number(row[key])),
      ),
    ),
  ];
}
