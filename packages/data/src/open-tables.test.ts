import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jpeg, readData, writeFiles } from '../test/data-folder.ts';
import { binary, string, writeParquet } from '../test/parquet-file.ts';
import { parseMapping } from './mapping/parse-mapping.ts';
import { openData } from './open-data.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-tables-'));
});
afterEach(() => rm(folder, { recursive: true }));

const all = { splits: 'hash:validation=0' } as const;

async function fingerprint(options = {}): Promise<string> {
  return (await openData(folder, { ...all, ...options })).fingerprint;
}

describe('tables with different columns', () => {
  it('are never replaced by others where they are damaged', async () => {
    await writeFiles(folder, {
      'a.csv': 'id,text,file\n1,"red,a.jpg\n2,blue,a.jpg\n',
      'b.csv': 'id,caption,picture\n1,red,a.jpg\n',
      'a.jpg': 1,
    });
    await expect(openData(folder)).rejects.toThrow(/a\.csv, line 2: a quote opens in this row and is not closed/);
  });

  it('are never replaced by others where damage follows the first rows', async () => {
    const rows = Array.from({ length: 300 }, (_, row) => `${row},red,a.jpg\n`);
    await writeFiles(folder, {
      'a.csv': `id,text,file\n${rows.join('')}x,"open,a.jpg\n`,
      'b.csv': 'id,caption,picture\n1,red,a.jpg\n',
      'a.jpg': 1,
    });
    await expect(readData(folder)).rejects.toThrow(/a\.csv, line 302: a quote opens in this row and is not closed/);
  });

  it('are left aside where no caption is found, with that reason', async () => {
    await writeFiles(folder, {
      'a.csv': 'id,file\n1,a.jpg\n',
      'b.csv': 'id,text,file\n1,red,a.jpg\n',
      'c.csv': 'id,note\n1,x\n',
      'a.jpg': 1,
    });
    const { warnings, products } = await readData(folder, all);
    expect(products.map(({ caption }) => caption)).toEqual(['red']);
    expect(warnings).toEqual([
      expect.stringMatching(/: not read, as no column of .*a\.csv is known to hold the caption: a\.csv$/),
      expect.stringMatching(/: not read, as their columns or names do not go with the others: c\.csv$/),
    ]);
  });
});

describe('the fingerprint of a table', () => {
  it('follows the photographs that it names, also after a first row without one', async () => {
    await writeFiles(folder, { 'p.csv': 'id,text,file\n0,none,\n1,red,a.jpg\n', 'a.jpg': 1 });
    const before = await fingerprint();
    await writeFile(join(folder, 'a.jpg'), jpeg(2));
    expect(await fingerprint()).not.toBe(before);
  });

  it('follows them after a first row that cannot be read', async () => {
    await writeFiles(folder, {
      'p.jsonl': '{"text": "x", "file": 9007199254740993}\n{"text": "red", "file": "a.jpg"}\n',
      'a.jpg': 1,
    });
    const before = await fingerprint();
    await writeFile(join(folder, 'a.jpg'), jpeg(2));
    expect(await fingerprint()).not.toBe(before);
  });

  it('follows them where paths are stored as binary', async () => {
    const path = new TextEncoder().encode('a.jpg');
    await writeParquet(folder, { image: binary(path), caption: string('red') }, { file: 'my products.parquet' });
    await writeFiles(folder, { 'a.jpg': 1 });
    const options = { map: parseMapping('image=image,caption=caption,id=') };
    const before = await fingerprint(options);
    await writeFile(join(folder, 'a.jpg'), jpeg(2));
    expect(await fingerprint(options)).not.toBe(before);
  });

  it('follows the encoding and the delimiter', async () => {
    await writeFiles(folder, { 'p.csv': 'id;text;file\n1;red;a.jpg\n', 'a.jpg': 1 });
    const prints = await Promise.all([
      fingerprint(),
      fingerprint({ encoding: 'latin1' }),
      fingerprint({ delimiter: ';' }),
    ]);
    expect(new Set(prints).size).toBe(3);
    expect(await fingerprint({ encoding: 'utf-8' })).toBe(prints[0]);
  });
});

describe('a category that is a path', () => {
  const rows = ['Apparel > Dresses', 'Apparel > Shirts', 'Shoes > Boots'];
  const table = `id,text,file,category\n${rows.map((path, row) => `${row},red,${row}.jpg,${path}`).join('\n')}\n`;
  const labels = async (map?: string): Promise<unknown> => {
    await writeFiles(folder, { 'p.csv': table, '0.jpg': 0, '1.jpg': 1, '2.jpg': 2 });
    const { products } = await readData(folder, { ...all, ...(map === undefined ? {} : { map: parseMapping(map) }) });
    return [products[0]?.category, products[0]?.subcategory];
  };

  it('gives the sub-category too', async () => expect(await labels()).toEqual(['Apparel', 'Dresses']));

  it('stays whole without that field', async () =>
    expect(await labels('subcategory=')).toEqual(['Apparel > Dresses', undefined]));
});

describe('the fingerprint of a long table', () => {
  it('has all of its rows, of its photographs the first ones of each split, and of the others their sizes', async () => {
    const rows = (split: string): string =>
      Array.from({ length: 5000 }, (_, row) => `${split}${row},red,a.jpg\n`).join('');
    const last = (text: string): string => `last,${text},last.jpg\n`;
    const head = 'id,text,file\n';
    await writeFiles(folder, {
      'train.csv': `${head}${rows('t')}${last('blue')}`,
      'val.csv': `${head}${rows('v')}`,
      'a.jpg': 1,
      'last.jpg': 2,
    });
    const of = async (): Promise<string> => (await openData(folder)).fingerprint;
    const first = await of();
    // As many other bytes, at another time.
    await writeFiles(folder, { 'last.jpg': 3 });
    expect(await of()).toBe(first);
    await rm(join(folder, 'last.jpg'));
    const without = await of();
    await writeFiles(folder, { 'last.jpg': jpeg(2).subarray(1) });
    const shorter = await of();
    expect(new Set([first, without, shorter]).size).toBe(3);
    await writeFiles(folder, { 'last.jpg': 2 });
    expect(await of()).toBe(first);
    await writeFiles(folder, { 'train.csv': `${head}${rows('t')}${last('grey')}` });
    const otherRow = await of();
    expect(otherRow).not.toBe(first);
    await writeFiles(folder, { 'a.jpg': 4 });
    expect(await of()).not.toBe(otherRow);
  });
});

describe('a table of few rows', () => {
  const rows = 'id,title,colour,weave,note,file\n1,red,Red,plain,x,a.jpg\n2,blue,Blue,plain,y,a.jpg\n';

  it('has the labels that a model has learned, although none repeats, or all are one', async () => {
    await writeFiles(folder, { 'p.csv': rows, 'a.jpg': 1 });
    const attributesOf = async (options = {}): Promise<unknown> =>
      (await readData(folder, { ...all, ...options })).products.map(({ attributes }) => attributes);
    expect(await attributesOf()).toEqual([{}, {}]);
    expect(await attributesOf({ labels: ['colour', 'weave', 'size', 'title'] })).toEqual([
      { colour: 'Red', weave: 'plain' },
      { colour: 'Blue', weave: 'plain' },
    ]);
    // What the user maps goes first.
    const map = parseMapping('attributes=note');
    expect(await attributesOf({ labels: ['colour'], map })).toEqual([{ note: 'x' }, { note: 'y' }]);
  });
});

describe('data without splits', () => {
  it('says so, and is one split if that is asked for', async () => {
    await writeFiles(folder, {
      'p.csv': 'id,title,file,split\n1,red,a.jpg,train\n2,blue,b.jpg,val\n3,green,a.jpg,val\n',
      'a.jpg': 1,
      'b.jpg': 2,
    });
    const whole = await readData(folder, { splits: 'none' });
    expect(whole.ids).toEqual({ all: ['1', '2', '3'] });
    expect(whole.source.isSplitByDefault).toBe(false);
    const own = await readData(folder);
    expect([own.ids, own.source.isSplitByDefault]).toEqual([{ train: ['1'], validation: ['2', '3'] }, false]);
    await writeFiles(folder, { 'p.csv': 'id,title,file\n1,red,a.jpg\n2,blue,b.jpg\n' });
    expect((await openData(folder)).isSplitByDefault).toBe(true);
    expect((await openData(folder, { splits: 'hash' })).isSplitByDefault).toBe(false);
  });
});

describe('the split "all"', () => {
  it('has another fingerprint than data with a split of this name, of which it is a part', async () => {
    for (const split of ['all', 'train'])
      await writeParquet(
        folder,
        { image: binary(jpeg(1)), text: string('red'), item_ID: string(split) },
        { file: `${split}-00000-of-00001.parquet` },
      );
    const [own, whole] = [await readData(folder), await readData(folder, { splits: 'none' })];
    expect([own.ids, whole.ids]).toEqual([{ all: ['all'], train: ['train'] }, { all: ['all', 'train'] }]);
    // Features are kept for a fingerprint and a split.
    expect(whole.source.fingerprint).not.toBe(own.source.fingerprint);
  });
});

describe('a JSON file beside a photograph', () => {
  it('does not replace the path of the photograph', async () => {
    await writeFiles(folder, {
      'a.jpg': 1,
      'a.json': '{"caption": "red", "file": "elsewhere/b.jpg"}',
      'b.jpg': 2,
      'b.json': '{"caption": "blue", "file": "a.jpg"}',
    });
    const { products, source } = await readData(folder, all);
    expect(products.map(({ id, caption, image }) => [id, caption, image.bytes.at(-1)])).toEqual([
      ['a', 'red', 1],
      ['b', 'blue', 2],
    ]);
    expect(source.explained?.reasons.flatMap(({ columns }) => columns)).toContain('json.file');
  });
});

describe('a file in UTF-16', () => {
  it('is refused with what helps, as JSONL', async () => {
    const text = '{"text": "red", "file": "a.jpg"}\n';
    await writeFiles(folder, {
      'a.jsonl': Buffer.from(`\ufeff${text}`, 'utf16le'),
      'b.jsonl': Buffer.from(text, 'utf16le'),
    });
    for (const name of ['a.jsonl', 'b.jsonl'])
      await expect(openData(join(folder, name))).rejects.toThrow(
        /is not UTF-8 text, found ".*UTF-16.*"; save the file as UTF-8$/,
      );
  });
});
