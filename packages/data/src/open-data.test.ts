import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readData, writeFiles } from '../test/data-folder.ts';
import { column, string, writeParquet } from '../test/parquet-file.ts';
import { tar } from '../test/tar-folder.ts';
import { parseMapping } from './mapping/parse-mapping.ts';
import { openData } from './open-data.ts';
import { openParquetFolder } from './parquet-folder.ts';
import type { SkippedProduct } from './product.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-data-'));
});
afterEach(() => rm(folder, { recursive: true }));

const shop =
  'sku,title,description,category,photo\n1,Red dress,"Long, of silk.",Dresses,a.jpg\n2,Blue shirt,Cotton,Tops,b.jpg\n';
const all = { splits: 'hash:validation=0' } as const;

describe('a folder with a table and photographs', () => {
  it('is a catalogue without a word of configuration', async () => {
    await writeFiles(folder, { 'products.csv': shop, 'images/a.jpg': 1, 'images/b.jpg': 2 });
    const { source, products, ids } = await readData(folder, all);
    expect(ids).toEqual({ train: ['1', '2'] });
    expect(products[0]).toMatchObject({
      id: '1',
      productId: '1',
      caption: 'Red dress. Long, of silk.',
      category: 'Dresses',
      image: { mediaType: 'image/jpeg' },
    });
    expect(source.taken).toBe(
      `${folder}: CSV (products.csv is there); id from sku, image from images/{photo}, caption from title + description, category from category`,
    );
    expect(source.explained?.reasons).toContainEqual({
      field: 'image',
      columns: ['images/{photo}'],
      reason: 'leads to files that are there, 2 of 2 tried',
    });
  });

  it('reads the same from tabs, semicolons, Latin-1, UTF-16 and JSONL', async () => {
    const rows = [
      ['id', 'title', 'file'],
      ['1', 'Robe d’été, "noire"', 'a.jpg'],
      ['2', 'Größe; 40', 'b.jpg'],
    ] as const;
    const quoted = (delimiter: string): string =>
      rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(delimiter)).join('\r\n');
    const objects = rows.slice(1).map(([id, title, file]) => JSON.stringify({ id, title, file }));
    const forms: Record<string, string | Uint8Array> = {
      'a.tsv': quoted('\t'),
      'b.csv': `\ufeff${quoted(';')}`,
      'c.csv': Buffer.from(quoted(',').replaceAll('’', '\u0092'), 'latin1'),
      'd.csv': Buffer.from(`\ufeff${quoted('\t')}`, 'utf16le'),
      'e.jsonl': `\ufeff${objects.join('\n')}\n`,
    };
    await writeFiles(folder, { 'a.jpg': 1, 'b.jpg': 2, ...forms });
    for (const name of Object.keys(forms)) {
      const encoding = name === 'c.csv' ? 'latin1' : 'utf-8';
      const { products } = await readData(join(folder, name), { ...all, encoding });
      expect([name, products.map(({ caption }) => caption)]).toEqual([name, ['Robe d’été, "noire"', 'Größe; 40']]);
    }
    await expect(openData(join(folder, 'c.csv'))).rejects.toThrow(
      /c\.csv is not UTF-8 text, found "byte 0x92 at .*"; give the encoding, --encoding latin1/,
    );
  });

  it('takes what the user maps, and refuses columns that are not there', async () => {
    await writeFiles(folder, { 'products.csv': shop, 'a.jpg': 1, 'b.jpg': 2 });
    const map = parseMapping('caption=category+title, label=title, id=photo, attributes=');
    const { products } = await readData(folder, { ...all, map });
    expect(products[0]).toMatchObject({
      id: 'a.jpg',
      caption: 'Dresses. Red dress',
      category: 'Red dress',
      attributes: {},
    });
    await expect(openData(folder, { map: parseMapping('caption=titel') })).rejects.toThrow(
      /takes caption from a column that .*products\.csv does not have, found "titel"; did you mean "title"\? its columns are sku, title, description, category, photo/,
    );
    await expect(
      openData(folder, { ...all, map: parseMapping('image=photos/{sku}.png') }).then((source) =>
        source.rows?.('train'),
      ),
    ).resolves.toBe(2);
  });

  it('reads styles.csv and images/ of Kaggle, whose pictures are named by the id', async () => {
    const header = 'id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName';
    await writeFiles(folder, {
      'styles.csv': `${header}\n7,Men,Apparel,Topwear,Shirts,Blue,Fall,2011,Casual,Blue Shirt\n8,Men,Apparel,Topwear,Shirts,Blue,Fall,2011,Casual,Blue, Red Shirt\n9,Men,Apparel,Topwear,Shirts,Blue,Fall,2011,Casual,Red Shirt\n`,
      'images.csv': 'filename,link\n7.jpg,http://example.org/7.jpg\n',
      'images/7.jpg': 1,
      'images/9.jpg': 2,
    });
    const { products, reasons, warnings } = await readData(folder, all);
    expect(products.map(({ id, category, subcategory, caption }) => [id, category, subcategory, caption])).toEqual([
      ['7', 'Apparel', 'Topwear', 'Blue Shirt'],
      ['9', 'Apparel', 'Topwear', 'Red Shirt'],
    ]);
    expect(reasons).toEqual(['line 3 of styles.csv has 11 fields instead of 10']);
    expect(warnings).toEqual([
      expect.stringMatching(/not read, as no column of .* is known to hold the caption: images\.csv$/),
    ]);
  });

  it('takes splits from the names of files, and from a column', async () => {
    const rows = (...lines: string[]): string => `id,text,file,fold\n${lines.join('\n')}\n`;
    await writeFiles(folder, {
      'train.csv': rows('1,red,a.jpg,val', '2,blue,b.jpg,train', '3,blue,a.jpg,'),
      'my_val.csv': rows('4,green,a.jpg,train'),
      'a.jpg': 1,
      'b.jpg': 2,
    });
    expect((await readData(folder, { splits: 'file' })).ids).toEqual({ train: ['1', '2', '3'], validation: ['4'] });
    const byColumn = await readData(folder, { splits: 'column=fold' });
    expect(byColumn.ids).toEqual({ train: ['2', '4'], validation: ['1'] });
    expect(byColumn.reasons).toEqual(['line 4 of train.csv has no split']);
    await expect(openData(join(folder, 'my_val.csv'), { splits: 'column=gone' })).rejects.toThrow(/"gone"/);
  });

  it('takes splits from names with several dots', async () => {
    const row = (id: number): string => `id,text,file\n${id},red,a.jpg\n`;
    await writeFiles(folder, { 'shop.train.csv': row(1), 'shop.v2.val.csv': row(2), 'a.jpg': 1 });
    expect((await readData(folder)).ids).toEqual({ train: ['1'], validation: ['2'] });
  });

  it('leaves out labels of which cleaning leaves nothing', async () => {
    await writeFiles(folder, {
      'p.csv':
        'id,text,file,category,subcategory,colour\n1,red,a.jpg,<br>,&nbsp;,<i></i>\n2,red,b.jpg,Tops,Shirts,red\n3,<p>,b.jpg,Tops,Shirts,red\n',
      'a.jpg': 1,
      'b.jpg': 2,
    });
    const map = parseMapping('attributes=colour+category,category=category');
    const { products, reasons } = await readData(folder, { ...all, map });
    const { category, subcategory, attributes } = products[0]!;
    expect([category, subcategory, attributes]).toEqual([undefined, undefined, {}]);
    expect(products[1]).toMatchObject({ category: 'Tops', attributes: { colour: 'red', category: 'Tops' } });
    expect(reasons).toEqual(['3 has a caption of which cleaning leaves nothing']);
  });

  it('never leaves the folder, and never follows a link out of it', async () => {
    await writeFiles(folder, { 'secret.jpg': 9, 'shop/in.jpg': 1 });
    await symlink(join(folder, 'secret.jpg'), join(folder, 'shop', 'link.jpg'));
    const paths = [
      'in.jpg',
      '../secret.jpg',
      join(folder, 'secret.jpg'),
      'x/../../secret.jpg',
      'link.jpg',
      'file:///etc/passwd',
      'https://example.org/a.jpg',
      '..\\secret.jpg',
    ];
    const lines = paths.map((path, index) => `${index},red,${path}`);
    await writeFiles(folder, { 'shop/p.csv': `id,text,image\n${lines.join('\n')}\n` });
    const { products, skipped } = await readData(join(folder, 'shop'), all);
    expect(products.map(({ id }) => id)).toEqual(['0']);
    expect(skipped.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 4 }, () => 'has an image path that leads outside the data folder'),
      ...Array.from({ length: 2 }, () => 'has an image path that is an address, which is not downloaded'),
      'has an image path that leads outside the data folder',
    ]);
  });

  it('names the line where an open quote begins, after values of several lines', async () => {
    await writeFiles(folder, {
      'p.csv': 'id,text,image\r\n1,"a\r\nb",a.jpg\r\n\r\n2,"open,a.jpg\r\n3,x,a.jpg\r\n',
      'a.jpg': 1,
    });
    await expect(openData(folder)).rejects.toThrow(/p\.csv, line 4: a quote opens in this row and is not closed/);
  });
});

describe('photographs without a table', () => {
  it('have the names of their folders as classes', async () => {
    await writeFiles(folder, { 'wrap_dresses/1.jpg': 1, 'wrap_dresses/2.jpg': 2, 'shoes/1.jpg': 3, '.DS_Store': 'x' });
    const { source, products } = await readData(folder, all);
    expect(products.map(({ id, caption, category }) => [id, caption, category])).toEqual([
      ['shoes/1', 'shoes', 'shoes'],
      ['wrap_dresses/1', 'wrap dresses', 'wrap_dresses'],
      ['wrap_dresses/2', 'wrap dresses', 'wrap_dresses'],
    ]);
    expect(source.taken).toMatch(/: a folder of photographs \(photographs and no table are there\); image from file, /);
  });

  it('have splits and two levels of classes, where folders are so', async () => {
    await writeFiles(folder, {
      'train/women/dresses/1.jpg': 1,
      'train/men/shirts/2.jpg': 2,
      'val/women/dresses/3.jpg': 3,
    });
    const { ids, products } = await readData(folder);
    expect(ids).toEqual({
      train: ['train/men/shirts/2', 'train/women/dresses/1'],
      validation: ['val/women/dresses/3'],
    });
    expect(products[0]).toMatchObject({ category: 'men', subcategory: 'shirts', caption: 'shirts' });
  });

  it('have texts and fields in files beside them', async () => {
    await writeFiles(folder, {
      'a.jpg': 1,
      'a.txt': 'A red dress\n',
      'b.jpg': 2,
      'b.json': '{"caption": "A blue shirt", "colour": "blue"}',
      'c.jpg': 3,
      'd.jpg': 4,
      'd.json': '{"caption": ',
      'e.jpg': new Uint8Array(0),
      'e.txt': 'empty',
    });
    const map = parseMapping('caption=text+caption');
    const { products, reasons } = await readData(folder, { ...all, map });
    expect(products.map(({ id, caption }) => [id, caption])).toEqual([
      ['a', 'A red dress'],
      ['b', 'A blue shirt'],
    ]);
    expect(reasons).toEqual([
      'file c.jpg has no caption',
      'file d.jpg has a caption that is in a JSON file that is not JSON',
      'file e.jpg has an empty image file',
    ]);
  });

  it('need a text or a folder', async () => {
    await writeFiles(folder, { 'a.jpg': 1 });
    await expect(openData(folder)).rejects.toThrow(/holds photographs without any text; put a text beside each/);
  });
});

describe('shards', () => {
  it('are read from Parquet with other columns and names', async () => {
    const file = 'my products.parquet';
    await writeParquet(
      folder,
      {
        Name: string('Red dress', 'Blue dress', null),
        sku: column({ type: 'INT64' }, [5n, 6n, 7n]),
        kind: string('a', 'a', 'b'),
      },
      { file },
    );
    const { ids, reasons, products } = await readData(folder, {
      ...all,
      map: parseMapping('caption=Name,id=sku,category=kind'),
    });
    expect(ids).toEqual({ train: ['5', '6'] });
    expect(products[1]).toMatchObject({ caption: 'Blue dress', category: 'a', image: { mediaType: 'image/png' } });
    expect(reasons).toEqual(['row 2 of my products.parquet has no caption']);
  });

  it('are read as before in the layout of KAGL, cleaned only if asked', async () => {
    await writeParquet(folder, { text: string('T-shirts &amp;  tops') });
    expect((await readData(folder)).products[0]?.caption).toBe('T-shirts &amp;  tops');
    expect((await readData(folder, { clean: { entities: true, whiteSpace: true } })).products[0]?.caption).toBe(
      'T-shirts & tops',
    );
    expect(
      (await readData(folder, { map: parseMapping('caption=item_ID,id=item_ID,image=image'), ...all })).products[0]
        ?.caption,
    ).toBe('0');
  });

  it('have the fingerprint, products and order of openParquetFolder in the layout of KAGL', async () => {
    await writeParquet(folder, { text: string('b', null, 'a') });
    const [{ source, ids, skipped }, before] = [await readData(folder), await openParquetFolder(folder)];
    expect(source).toMatchObject({ name: before.name, fingerprint: before.fingerprint, splits: before.splits });
    const left: SkippedProduct[] = [];
    const read: string[] = [];
    for await (const { id } of before.products('train', { onSkipped: (row) => left.push(row) })) read.push(id);
    expect(ids).toEqual({ train: read });
    expect(skipped).toEqual(left);
  });

  it.each(['products.parquet', 'my products.parquet'])(
    'are refused in the layout of KAGL with paths as images, unless these are mapped: %s',
    async (file) => {
      await writeFiles(folder, { '0.jpg': 1 });
      await writeParquet(folder, { image: string('0.jpg'), text: string('dress') }, { file });
      for (const path of [folder, join(folder, file)])
        await expect(openData(path)).rejects.toThrow(
          /column "image" of .*products\.parquet must be a struct of .*, found "string"; .* add --map image=image$/,
        );
      expect((await readData(folder, { map: parseMapping('image=image'), ...all })).ids).toEqual({ train: ['0'] });
    },
  );

  it('have no encoding', async () => {
    await writeParquet(folder, { text: string('dress') });
    await expect(openData(folder, { encoding: 'latin1' })).rejects.toThrow(
      /an encoding is for CSV and JSONL files, .*, found "latin1"; leave out --encoding$/,
    );
  });

  it.each(['shop.train.tar', 'my_val.tar.gz'])('are of the split in a name with dots: %s', async (name) => {
    const file = await tar([
      ['1.jpg', Uint8Array.of(0xff, 0xd8, 0xff, 1)],
      ['1.txt', 'shirt'],
    ]);
    await writeFiles(folder, { [name]: name.endsWith('gz') ? gzipSync(file) : file });
    expect(Object.keys((await readData(folder)).ids)).toEqual([name.startsWith('shop') ? 'train' : 'validation']);
  });

  it('are read from tars with any names', async () => {
    const shard = (number: number): Promise<Uint8Array> =>
      tar([
        [`${number}.jpg`, Uint8Array.of(0xff, 0xd8, 0xff, number)],
        [`${number}.txt`, `shirt ${number}`],
      ]);
    await writeFiles(folder, {
      'fashion-train-b.tar': await shard(2),
      'fashion-train-a.tar': await shard(1),
      'fashion-val-a.tar': await shard(3),
    });
    expect((await readData(folder)).ids).toEqual({ train: ['1', '2'], validation: ['3'] });
  });
});

describe('what is not known', () => {
  it('is refused with what is there', async () => {
    await writeFiles(folder, { 'notes.docx': 'x' });
    await expect(openData(join(folder, 'notes.docx'))).rejects.toThrow(
      /is not a kind of file that products are read from, found "\.docx"/,
    );
    await expect(openData(join(folder, 'gone'))).rejects.toThrow(/cannot read .*gone, found "ENOENT"/);
  });

  it.each([
    ['a spreadsheet', 'PK\u0003\u0004abcdef', 'a ZIP archive'],
    ['a web page', '\n<!-- cached -->\n<HTML><body>,</body></HTML>', 'an HTML page'],
  ])('is refused as what it is: %s under the name of a table', async (_, content, kind) => {
    await writeFiles(folder, { 'x.csv': content });
    await expect(openData(join(folder, 'x.csv'))).rejects.toThrow(`x.csv is not a table as text, found "${kind}"`);
  });

  it('is said of columns: what helps where no column holds the picture, and why one is not an attribute', async () => {
    await writeFiles(folder, { 'a.csv': 'sku,title\n1,red dress\n' });
    await expect(openData(join(folder, 'a.csv'))).rejects.toThrow(
      /or a pattern: --map 'image=images\/\{COLUMN\}\.jpg'/,
    );
    const lines = Array.from({ length: 8 }, (_, row) => `${row},title ${row},1.jpg,${row % 2},${row % 3}`);
    await writeFiles(folder, { 'b.csv': `sku,title,photo,colour,size\n${lines.join('\n')}\n` });
    const { explained } = await openData(join(folder, 'b.csv'), { map: { attributes: ['colour'] } });
    expect(explained?.reasons).toContainEqual({ columns: ['size'], reason: 'it is not among the attributes' });
  });
});
