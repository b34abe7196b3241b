import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jpeg, readData, writeFiles } from '../test/data-folder.ts';
import { string, writeParquet } from '../test/parquet-file.ts';
import { tar } from '../test/tar-folder.ts';
import { parseMapping } from './mapping/parse-mapping.ts';
import { openData } from './open-data.ts';
import { recogniseData } from './recognise-data.ts';

const cases = fileURLToPath(new URL('../../../../shared/golden/cases/parquet/', import.meta.url));
const itCases = existsSync(cases) ? it : it.skip;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-recognise-'));
});
afterEach(() => rm(folder, { recursive: true }));

const shard = (): Promise<Uint8Array> =>
  tar([
    ['1.jpg', jpeg(1)],
    ['1.txt', 'shirt'],
  ]);
const table = 'id,text,file\n1,red,a.jpg\n';

async function formOf(files: Parameters<typeof writeFiles>[1]): Promise<unknown> {
  const inner = await mkdtemp(join(folder, 'case-'));
  await writeFiles(inner, files);
  const { form, others } = await recogniseData(inner);
  return [form, [...others].sort()];
}

describe('of several kinds of files', () => {
  it('takes Parquet, then HDF5, then tars, then CSV, then JSONL, and names the others', async () => {
    const all = { 'b.tar': '', 'c.csv': '', 'd.jsonl': '', '1.jpg': 1 };
    expect(await formOf({ ...all, 'train.parquet': '', 'a.h5': '' })).toEqual([
      'parquet shards',
      ['a.h5', 'b.tar', 'c.csv', 'd.jsonl'],
    ]);
    expect(await formOf({ ...all, 'my products.parquet': '', 'train-000000.tar': '' })).toEqual([
      'parquet',
      ['b.tar', 'c.csv', 'd.jsonl', 'train-000000.tar'],
    ]);
    expect(await formOf({ ...all, 'a.h5': '', 'train-000000.tar': '' })).toEqual([
      'fashion-gen',
      ['b.tar', 'c.csv', 'd.jsonl', 'train-000000.tar'],
    ]);
    expect(await formOf({ ...all, 'b-0.tar': '' })).toEqual(['webdataset shards', ['c.csv', 'd.jsonl']]);
    expect(await formOf(all)).toEqual(['webdataset', ['c.csv', 'd.jsonl']]);
    expect(await formOf({ 'c.csv': '', 'd.jsonl': '', '1.jpg': 1 })).toEqual(['csv', ['d.jsonl']]);
  });

  it('takes the tars of img2dataset, not its lists of them, which are Parquet', async () => {
    expect(await formOf({ '00000.tar': '', '00000.parquet': '', '00001.tar': '', '00001.parquet': '' })).toEqual([
      'webdataset shards',
      ['00000.parquet', '00001.parquet'],
    ]);
  });

  it('warns of those beside shards, once', async () => {
    await writeFiles(folder, { 'tars/train-000000.tar': await shard(), 'tars/a.csv': table });
    expect((await readData(join(folder, 'tars'))).warnings).toEqual([
      expect.stringMatching(/tars also holds files that are not read: a\.csv$/),
    ]);
    await writeFiles(folder, { 'tars/a.h5': '' });
    await writeParquet(join(folder, 'tars'), { text: string('dress') }, { file: 'train.parquet' });
    const { warnings, ids } = await readData(join(folder, 'tars'));
    expect(ids).toEqual({ train: ['0'] });
    expect(warnings).toEqual([
      expect.stringMatching(/beside the Parquet shards that are not read: a\.csv, a\.h5, train-000000\.tar$/),
    ]);
  });

  it.each(['train/0000.parquet', 'data/train-00000-of-00001.parquet', 'data/train.parquet'])(
    'takes %s, not a tar beside it',
    async (file) => {
      await writeParquet(folder, { text: string('red', 'blue') }, { file });
      expect(await readData(folder)).toMatchObject({ ids: { train: ['0', '1'] }, warnings: [] });
      await writeFiles(folder, { 'backup.tar': await shard() });
      expect(await readData(folder)).toMatchObject({
        ids: { train: ['0', '1'] },
        warnings: [expect.stringMatching(/beside the Parquet shards that are not read: backup\.tar$/)],
      });
    },
  );

  it('ignores files that macOS adds beside shards', async () => {
    await writeFiles(folder, {
      'train-000000.tar': await shard(),
      '._train-000000.tar': 'x',
      '._train-00000-of-00001.parquet': 'x',
      '.DS_Store': 'x',
    });
    expect(await readData(folder)).toMatchObject({ ids: { train: ['1'] }, warnings: [] });
  });

  itCases('takes Parquet beside a stray tar (skipped where ../shared/golden/cases is absent)', async () => {
    const { products, warnings } = await readData(join(cases, 'stray-tar'));
    expect(products).toHaveLength(12);
    expect(warnings).toEqual([
      expect.stringMatching(/beside the Parquet shards that are not read: pictures-backup\.tar$/),
    ]);
  });

  it('warns of tables in folders of photographs', async () => {
    await writeFiles(folder, { 'men/1.jpg': 1, 'men/products.csv': table, 'women/2.jpg': 2 });
    expect((await readData(folder)).warnings).toContainEqual(
      expect.stringMatching(/also holds files that are not read: men\/products\.csv$/),
    );
  });
});

describe('a folder in a folder', () => {
  it('is the data if it holds a table, also with photographs', async () => {
    await writeFiles(folder, { 'x/shop/products.csv': table, 'x/shop/a.jpg': 1, 'x/README.md': 'about' });
    const { products, source } = await readData(folder, { splits: 'hash:validation=0' });
    expect(products.map(({ id, caption }) => [id, caption])).toEqual([['1', 'red']]);
    expect(source.taken).toMatch(/CSV \(products\.csv is there\)/);
  });

  it('is the data if it holds folders of splits', async () => {
    await writeFiles(folder, { 'set/train/a/1.jpg': 1, 'set/val/a/2.jpg': 2 });
    expect((await readData(folder)).source.splits).toEqual(['train', 'validation']);
  });

  it('is a class if it holds photographs', async () => {
    await writeFiles(folder, { 'dresses/1.jpg': 1 });
    expect((await readData(folder, { splits: 'hash:validation=0' })).products[0]).toMatchObject({
      caption: 'dresses',
      category: 'dresses',
    });
  });
});

describe('photographs beside folders of splits', () => {
  it('are counted and named', async () => {
    await writeFiles(folder, { 'train/a/1.jpg': 1, 'val/a/2.jpg': 2, 'x.jpg': 3, 'y.jpg': 4 });
    const { warnings, ids } = await readData(folder);
    expect(ids).toEqual({ train: ['train/a/1'], validation: ['val/a/2'] });
    expect(warnings).toEqual([
      expect.stringMatching(
        /: 2 photographs of .* beside the folders train, val belong to no split, and are not read: x\.jpg, y\.jpg$/,
      ),
    ]);
  });
});

describe('what is not known', () => {
  const forms = /Parquet, Fashion-Gen's HDF5, WebDataset tars, CSV or JSONL with photographs, or photographs/;

  it.each<[string, Record<string, string>, RegExp]>([
    ['nothing', {}, /holds no products in a form that is known, found "nothing"; give Parquet/],
    ['documents', { 'notes.docx': 'x' }, /found "1 \.docx \(notes\.docx\)"; give Parquet/],
    ['hidden files', { '.DS_Store': 'x', '._train-000000.tar': 'x' }, /found "nothing"; give Parquet/],
    ['zstd', { 'train-000000.tar.zst': 'x' }, /found "1 \.tar\.zst \(train-000000\.tar\.zst\)"; these archives/],
    ['archives', { 'a.zip': 'x' }, /found "1 \.zip \(a\.zip\)"; these archives are not read: unpack them/],
    ['empty folders', { 'a/notes.txt': 'x', 'b/notes.txt': 'x' }, /found "2 folders \(a, b\)"; give Parquet/],
  ])('is refused with all forms that are: %s', async (_, files, message) => {
    await writeFiles(folder, files);
    const opened = openData(folder);
    await expect(opened).rejects.toThrow(message);
    await expect(opened).rejects.toThrow(forms);
  });

  it('is refused with the folder that has products', async () => {
    await writeFiles(folder, { 'a/notes.txt': 'x', 'b/p.csv': table });
    await expect(openData(folder)).rejects.toThrow(/found "2 folders \(a, b\)"; give one of its folders: .*\/b$/);
  });
});

describe('an option without effect', () => {
  it.each([
    [{ splits: 'column=fold', map: parseMapping('split=other') }, /both|leave out one of the two/],
    [{ splits: 'hash', map: parseMapping('split=') }, /leave out one of the two/],
  ])('is refused: two rules for splits', async (options, message) => {
    await writeFiles(folder, { 'p.csv': 'id,text,file,fold,other\n1,red,a.jpg,train,val\n', 'a.jpg': 1 });
    await expect(openData(folder, options)).rejects.toThrow(message);
  });

  it('is refused: a delimiter of other files than CSV', async () => {
    await writeFiles(folder, { 'p.jsonl': '{"text": "red", "file": "a.jpg"}\n', 'a.jpg': 1 });
    await expect(openData(folder, { delimiter: ';' })).rejects.toThrow(
      /a delimiter is for CSV files, and .* holds others \(p\.jsonl is there\), found ";"/,
    );
  });

  it('is refused with its name, after what is wrong with the shards themselves', async () => {
    await writeFiles(folder, { 'train-000000.tar': await shard(), 'train-000002.tar': await shard() });
    const map = parseMapping('caption=title');
    await expect(openData(folder, { map })).rejects.toThrow(/are not complete/);
    await rm(join(folder, 'train-000002.tar'));
    await expect(openData(folder, { map })).rejects.toThrow(/--map names columns of tables, and .* WebDataset shards/);
    await expect(openData(folder, { splits: 'column=fold' })).rejects.toThrow(/--splits column=fold names columns/);
  });
});
