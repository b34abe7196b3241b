import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Content, type File, imageOf, picture, type Read, readFolder, readTarIn } from '../test/tar-folder.ts';
import type { Product } from './product.ts';

const cases = fileURLToPath(new URL('../../../../shared/golden/cases/tars/', import.meta.url));
const describeCases = existsSync(cases) ? describe : describe.skip;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-samples-'));
});
afterEach(() => rm(folder, { recursive: true }));
const readTar = (...files: readonly File[]): Promise<Read> => readTarIn(folder, files);

describe('unused files', () => {
  it('are skipped in a shard of many chunks', async () => {
    const files = Array.from({ length: 60 }, (_, index): File[] => [
      [`${index}.jpg`, picture(index, 'jpeg', 9000)],
      [`${index}.npy`, new Uint8Array(index % 20 === 7 ? 700_000 : 1)],
      [`${index}.txt`, `number ${index}`],
      [`${index}.cls`, '1'],
    ]).flat();
    const { products, skipped } = await readTar(...files);
    expect(products.map(imageOf)).toEqual(Array.from({ length: 60 }, (_, index) => index));
    expect(skipped).toEqual([]);
  });
});

describe('names', () => {
  it('joins multipart extensions into one sample', async () => {
    const { products, skipped } = await readTar(
      ['a.input.jpg', picture(1)],
      ['a.outputs.txt', 'red'],
      ['b.input.jpg', picture(2)],
      ['b.meta.json', '{"text":"blue"}'],
      ['b.mask.png', picture(9, 'png')],
    );
    expect(products.map((product) => [product.id, product.caption, imageOf(product)])).toEqual([
      ['a', 'red', 1],
      ['b', 'blue', 2],
    ]);
    expect(skipped).toEqual([]);
  });

  it('separates products whose names have dots, even if some are incomplete', async () => {
    const { products, skipped } = await readTar(
      ['dress v2.0 (final).jpg', picture(1)],
      ['dress v2.0 (final).txt', 'red'],
      ['dress v2.1 (final).jpg', picture(2)],
      ['dress v2.2 (final).txt', 'green'],
      ['dress v2.3 (final).jpg', picture(4)],
      ['dress v2.3 (final).txt', 'blue'],
      ['dress v2.4.jpg', picture(7)],
      ['dress v2.4.jpg.txt', 'pink'],
      ['St. Moritz coat.jpg', picture(5)],
      ['St. Moritz coat.txt', 'black'],
      ['dr.boots.jpg', picture(6)],
      ['dr.denim.txt', 'jeans'],
    );
    expect(products.map((product) => [product.id, product.caption, imageOf(product)])).toEqual([
      ['dress v2.0 (final)', 'red', 1],
      ['dress v2.3 (final)', 'blue', 4],
      ['dress v2.4', 'pink', 7],
      ['St. Moritz coat', 'black', 5],
    ]);
    expect(skipped.map(({ id, kind }) => [id, kind])).toEqual([
      ['dress v2.1 (final)', 'has no text'],
      ['dress v2.2 (final)', 'has no image'],
      ['dr.boots', 'has no text'],
      ['dr.denim', 'has no image'],
    ]);
  });

  it('takes a text that is named after its picture', async () => {
    const { products, skipped } = await readTar(
      ['1.jpg', picture(1)],
      ['1.jpg.txt', 'one'],
      ['2.png', picture(2, 'png')],
      ['2.png.json', '{"caption":"two"}'],
    );
    expect(products.map((product) => [product.id, product.caption])).toEqual([
      ['1', 'one'],
      ['2', 'two'],
    ]);
    expect(skipped).toEqual([]);
  });

  it('finds the files of a sample anywhere in the shard', async () => {
    const { products } = await readTar(
      ['2.txt', 'two'],
      ['./1.jpg', picture(1)],
      ['2.jpg', picture(2)],
      ['./sub/1.txt', 'another one'],
      ['./1.txt', 'one'],
      ['sub/1.jpg', picture(3)],
    );
    expect(products.map((product) => [product.id, product.caption, imageOf(product)])).toEqual([
      ['2', 'two', 2],
      ['1', 'one', 1],
      ['sub/1', 'another one', 3],
    ]);
  });

  it('ignores files that macOS adds, and reports other files that belong to no sample', async () => {
    const { products, skipped, warnings } = await readTar(
      ['._1.jpg', 'Mac OS X attributes'],
      ['1.jpg', picture(1)],
      ['1.txt', 'one'],
      ['sub/.DS_Store', 'x'],
      ['__MACOSX/1.jpg', picture(2)],
      ['LICENSE', 'MIT'],
    );
    expect(products.map(imageOf)).toEqual([1]);
    expect(skipped).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(/1 file belongs to no sample, as its name is hidden or has no extension, e\.g\. LICENSE/),
    ]);
  });
});

describe('pictures', () => {
  it('are recognised by their bytes if the extension is unknown or unusual', async () => {
    const names = ['a.jfif', 'b.tif', 'c.JPE', 'd.image', 'e.bmp', 'f'];
    const { products, skipped } = await readTar(
      ...names.flatMap((name, index): File[] => [
        [name, picture(index, name === 'b.tif' ? 'tiff' : name === 'd.image' ? 'webp' : 'jpeg')],
        [`${name[0]}.txt`, 'BMW jacket'],
      ]),
    );
    expect(products.map(imageOf)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(products[3]!.image.mediaType).toBe('image/webp');
    expect(skipped).toEqual([]);
  });

  it.each<[string, File[], number]>([
    [
      'the photograph before the mask',
      [
        ['1.png', picture(2, 'png')],
        ['1.jpg', picture(1)],
      ],
      1,
    ],
    [
      'the plain name first',
      [
        ['1.thumbnail.jpg', picture(2)],
        ['1.png', picture(1, 'png')],
      ],
      1,
    ],
    [
      'the first of two alike',
      [
        ['1.left.jpg', picture(1)],
        ['1.right.jpg', picture(2)],
      ],
      1,
    ],
    [
      'one that has bytes',
      [
        ['1.jpg', ''],
        ['1.png', picture(1, 'png')],
      ],
      1,
    ],
    [
      'one that is a picture',
      [
        ['1.jpg', '<html>not found</html>'],
        ['1.png', picture(1, 'png')],
      ],
      1,
    ],
  ])('take of several %s', async (_, files, number) => {
    const { products, skipped } = await readTar(...files, ['1.txt', 'one']);
    expect(products.map(imageOf)).toEqual([number]);
    expect(skipped).toEqual([]);
  });

  it('that are not read because of another one are reported', async () => {
    const { warnings } = await readTar(
      ['1.png', picture(2, 'png')],
      ['1.jpg', picture(1)],
      ['1.txt', 'one'],
      ['2.jpg', picture(1)],
      ['2.txt', 'two'],
    );
    expect(warnings).toEqual([
      expect.stringMatching(
        /several pictures in a sample, of which one is read \(1 sample, e\.g\. 1\.jpg, not 1\.png\)/,
      ),
    ]);
  });
});

describe('texts', () => {
  it.each<[string, File[], Partial<Product>]>([
    [
      'NaN and infinities in JSON',
      [
        [
          '1.json',
          '{"item_ID": NaN, "caption": "NaN shirt, \\"Infinity\\"", "usage": -Infinity, "category1": "Apparel", "year": [Infinity]}',
        ],
      ],
      { id: '1', caption: 'NaN shirt, "Infinity"', attributes: { category1: 'Apparel' } },
    ],
    ['numbers too large for JavaScript', [['1.json', '{"text": "a", "year": 1e999}']], { attributes: {} }],
    ['a byte order mark in JSON', [['1.json', '\ufeff{"text": "a"}']], { caption: 'a' }],
    ['a byte order mark in a text', [['1.txt', '\ufeffa']], { caption: 'a' }],
    ['UTF-16', [['1.txt', Buffer.from('\ufeffrobe été', 'utf16le')]], { caption: 'robe été' }],
    [
      'a blank text in JSON',
      [
        ['1.json', '{"text": " ", "item_ID": ""}'],
        ['1.txt', 'a'],
      ],
      { id: '1', caption: 'a' },
    ],
    [
      'JSON that is broken',
      [
        ['1.json', '{"text": '],
        ['1.txt', 'a'],
      ],
      { id: '1', caption: 'a' },
    ],
    [
      'JSON that is no object',
      [
        ['1.json', '[1]'],
        ['1.caption', 'a'],
      ],
      { caption: 'a' },
    ],
    ['an id beyond 2^53', [['1.json', '{"item_ID": 9007199254740993, "text": "a"}']], { id: '1' }],
  ])('are read with %s', async (_, files, expected) => {
    const { products, skipped } = await readTar(['1.jpg', picture()], ...files);
    expect(skipped).toEqual([]);
    expect(products).toEqual([expect.objectContaining(expected)]);
  });

  it('are read without broken JSON, with a warning', async () => {
    const { warnings } = await readTar(['1.jpg', picture()], ['1.json', '{"text": '], ['1.txt', 'a']);
    expect(warnings).toEqual([
      expect.stringMatching(/JSON that cannot be parsed: .* labels and item_ID are missing \(1 sample/),
    ]);
  });

  it('report labels and an item_ID that cannot be read', async () => {
    const { products, warnings } = await readTar(
      ['1.jpg', picture()],
      ['1.json', '{"text": "a", "item_ID": ["x"], "category1": ["b"], "gender": "Men"}'],
    );
    expect(products).toEqual([expect.objectContaining({ id: '1', attributes: { gender: 'Men' } })]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /an item_ID that is not text or an exact number: the id is the key \(1 sample, e\.g\. 1\.json/,
      ),
      expect.stringMatching(
        /labels "category1" are left out where they cannot be read \(1 sample, e\.g\. .* is a list\)$/,
      ),
    ]);
  });

  it.each<[string, File[], RegExp]>([
    ['a list of captions', [['1.json', '{"text": ["a", "b"]}']], /has a text that is a list: 1\.json$/],
    [
      'cut JSON',
      [['1.json', '{"text": ']],
      /^sample 1 of train-000000\.tar has JSON that cannot be parsed: 1\.json \(.+\)$/,
    ],
    ['Latin-1', [['1.txt', Buffer.from('robe \xe9t\xe9', 'latin1')]], /has a text that is not UTF-8: 1\.txt$/],
    ['nothing', [['1.txt', '']], /has no text: its text is empty \(1\.txt\)$/],
    ['blanks', [['1.txt', ' \n']], /has no text; its files: 1\.jpg, 1\.txt$/],
    [
      'no caption',
      [
        ['1.json', '{"price": 3}'],
        ['1.npy', 'x'],
        ['1.cls', '3'],
      ],
      /has no text; its files: 1\.jpg, 1\.json, 1\.npy \.\.\.$/,
    ],
  ])('leave a sample out with %s', async (_, files, reason) => {
    const { products, skipped } = await readTar(['1.jpg', picture()], ...files);
    expect(products).toEqual([]);
    expect(skipped).toEqual([{ id: '1', reason: expect.stringMatching(reason), kind: expect.any(String) }]);
  });
});

describe('every sample', () => {
  /** Possible contents of a file. */
  const contents = fc.oneof(
    fc.constantFrom<Content>('', 'a caption', '{"text":"a"}', '{"item_ID":5,"caption":"b"}', '{"a":NaN}', '{', ' '),
    fc.constantFrom<Content>(picture(1), picture(2, 'png'), new Uint8Array([0xff, 0xfe, 0xe9])),
    fc.constantFrom<Content>({ hardLink: '1.jpg' }, { symbolicLink: '1.jpg' }, { hardLink: 'none' }),
  );
  const names = fc
    .tuple(
      fc.constantFrom('1', '2', 'a b', 'sub/1', '../3'),
      fc.constantFrom(
        'jpg',
        'png',
        'json',
        'txt',
        'cls',
        'tif',
        'input.jpg',
        'outputs.txt',
        '0 x.jpg',
        '0 x.txt',
        'JPG',
      ),
    )
    .map(([key, extension]) => `${key}.${extension}`);

  it('becomes a product or is left out, once, with a reason; every id once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, contents), { maxLength: 14 }), async (files) => {
        const { products, skipped } = await readTar(...files);
        // At least one sample per key up to the first dot, and at most one per name.
        const shortKeys = new Set(files.map(([name]) => name.replace(/(^|\/)([^./]+)\.[^/]*$/, '$1$2')));
        expect(products.length + skipped.length).toBeGreaterThanOrEqual(shortKeys.size);
        expect(products.length + skipped.length).toBeLessThanOrEqual(files.length);
        expect(new Set(products.map(({ id }) => id)).size).toBe(products.length);
        for (const { reason, kind } of skipped) {
          expect(reason).toMatch(/^sample .+ of train-000000\.tar (has|repeats) /);
          expect(reason).toContain(kind);
        }
        for (const { caption, image } of products)
          expect([caption.trim() !== '', image.bytes.length > 0]).toEqual([true, true]);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  it('is counted exactly if names are plain', async () => {
    const plain = fc.uniqueArray(
      fc.tuple(
        fc.constantFrom('1', '2', '3', '4', 'sub/1'),
        fc.constantFrom('jpg', 'png', 'json', 'txt', 'cls', 'npy'),
      ),
      { selector: ([key, extension]) => `${key}.${extension}`, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(plain, contents, async (names, content) => {
        const { products, skipped } = await readTar(
          ...names.map(([key, extension]): File => {
            const usual = extension === 'jpg' ? picture() : extension === 'txt' ? 'text' : content;
            return [`${key}.${extension}`, usual];
          }),
        );
        expect(products.length + skipped.length).toBe(new Set(names.map(([key]) => key)).size);
      }),
      { numRuns: 100, seed: 2 },
    );
  });
});

describeCases('the cases of ../shared/golden/cases/tars (skipped where that folder is absent)', () => {
  it('all become products', async () => {
    for (const name of await readdir(cases)) {
      const { products, skipped } = await readFolder(join(cases, name));
      expect([name, products.length, skipped]).toEqual([name, name === 'cls-large' ? 24 : 8, []]);
    }
  });
});
