import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Kaleido } from '@kaleido/pipeline/node';
import { type IndexSetUp, indexSetUp } from '../test/index-set-up.ts';
import { smallModel, squares } from '../test/small-model.ts';
import { createIndex, type EmbedGroup, openIndex, type ProductToIndex, type SearchQuery } from './node.ts';

let setUp: IndexSetUp;
let folder = '';
let model: Kaleido;
beforeAll(async () => {
  setUp = await indexSetUp('bad-input');
  model = setUp.model;
});
afterAll(() => setUp.close());
beforeEach(async () => {
  folder = await setUp.newFolder();
});

const image = new Uint8Array();
const embed: EmbedGroup = async (group) => group.map(() => ({ vector: new Float32Array(16).fill(1) }));
const options = { embed, pictures: false };
const ofAll = { vector: new Float32Array(16).fill(1), k: 1000 };

describe('products', () => {
  it('leaves out invalid products, says why, and opens again', async () => {
    const index = await createIndex(folder, { model });
    const products = [
      { id: 17, image },
      null,
      { id: 'price', image, attributes: { price: 12 } },
      { id: 'caption', image, caption: ['red'] },
      { id: 'image', image: null },
      { id: 'right', image, caption: 'red', attributes: { __proto__: null, colour: 'red' } },
    ] as unknown as ProductToIndex[];
    const report = await index.add(products, options);
    expect(report).toMatchObject({
      added: 1,
      leftOut: [
        { id: '17', reason: 'its id is not a string' },
        { id: 'undefined', reason: 'it is not an object' },
        { id: 'price', reason: 'its attribute price is not a string' },
        { id: 'caption', reason: 'its caption is not a string' },
        { id: 'image', reason: 'its image must be bytes, a Blob, or a path or URL' },
      ],
    });
    const opened = await openIndex(folder);
    expect((await opened.search({ ...ofAll, where: { colour: 'RED' } })).hits).toHaveLength(1);
  });

  it('takes long captions in several segments, and leaves out those of a megabyte or more', async () => {
    const index = await createIndex(folder, { model });
    const long = (id: string, length: number): ProductToIndex => ({ id, image, caption: 'dress '.repeat(length / 6) });
    const products = Array.from({ length: 40 }, (_, i) => long(`p${i}`, 900_000));
    const { added, leftOut } = await index.add([...products, long('book', 1_200_000)], options);
    expect([added, leftOut.map(({ id }) => id)]).toEqual([40, ['book']]);
    expect(leftOut[0]?.reason).toMatch(/^its caption and labels have 120\d{4} bytes, more than 1000000$/);
    const segments = (): Promise<number> =>
      readdir(join(folder, 'segments')).then((names) => names.filter((name) => name.endsWith('.jsonl')).length);
    expect(await segments()).toBe(2);
    await index.compact();
    const opened = await openIndex(folder);
    expect(opened.size).toBe(40);
    expect((await opened.search(ofAll)).hits).toHaveLength(40);
  });

  it('needs one answer of embed for each product, with features where the index keeps them', async () => {
    const index = await createIndex(folder, { model, features: true });
    const two = [
      { id: 'a', image },
      { id: 'b', image },
    ];
    await expect(index.add(two, options)).rejects.toThrow(
      /keeps features, and embed gives none; give them: embedFromFeatures\(\.\.\., \{ withFeatures: true \}\)/,
    );
    await expect(index.add(two, { embed: async () => [], pictures: false })).rejects.toThrow(
      '@kaleido/search: embed must give 2 answers, one for each product in their order, found 0',
    );
    await index.add(await squares(2), { pictures: false });
    expect(index.size).toBe(2);
  });

  it('sees that a photograph has changed in its file', async () => {
    const [first, second] = await squares(2);
    const file = join(folder, 'photograph.png');
    const index = await createIndex(join(folder, 'index'), { model });
    await writeFile(file, first!.image);
    await index.add([{ id: 'a', image: file }]);
    expect(await index.add([{ id: 'a', image: file }])).toMatchObject({ unchanged: 1 });
    await writeFile(file, second!.image);
    expect(await index.add([{ id: 'a', image: file }])).toMatchObject({ replaced: 1 });
    const { hits } = await index.search({ image: second!.image });
    expect(hits[0]?.score).toBeCloseTo(1, 5);
  });
});

describe('queries', () => {
  it.each<[unknown, RegExp]>([
    [{}, /a query is either a text, an image or a vector, found \[\]/],
    [{ text: 'a dress', image }, /either a text, an image or a vector, found \["text","image"\]/],
    [{ text: 7 }, /either a text, an image or a vector, found \{"text":7\}/],
    [{ vector: [1, 2] }, /must be a Float32Array of 16 finite numbers, found "object"/],
    [{ ...ofAll, rerank: { best: 3 } }, /rerank has no effect on a query by vector/],
    [{ ...ofAll, where: { colour: [] } }, /where\.colour must be a text or a list of texts, found \[\]/],
    [{ ...ofAll, where: { colour: 3 } }, /where\.colour must be a text or a list of texts, found 3/],
    [{ ...ofAll, where: { constructor: 'x' } }, /no product of the index has a field of this name/],
  ])('refuses %j', async (query, message) => {
    const index = await createIndex(folder, { model });
    await index.add(await squares(2), { pictures: false });
    await expect(index.search(query as SearchQuery)).rejects.toThrow(message);
  });

  it('takes an undefined part as not given', async () => {
    const index = await createIndex(folder, { model });
    await index.add(await squares(4), { pictures: false });
    const query = { text: 'a red dress', image: undefined, vector: undefined } as unknown as SearchQuery;
    expect(await index.search(query)).toEqual(await index.search({ text: 'a red dress' }));
  });

  it('keeps the order of the others where the score of a product is NaN', async () => {
    const index = await createIndex(folder, { model });
    const vectors = new Map([
      ['overflows', Float32Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 3e38 : -3e38))],
      ...[1, 2, 3, 4].map((value) => [`p${value}`, new Float32Array(16).fill(value / 1e38)] as const),
    ]);
    await index.add(
      [...vectors.keys()].map((id) => ({ id, image })),
      { embed: async (group) => group.map(({ id }) => ({ vector: vectors.get(id)! })), pictures: false },
    );
    const { hits } = await index.search({ vector: new Float32Array(16).fill(1e38), k: 2 });
    expect(hits.map(({ product: { id } }) => id)).toEqual(['p4', 'p3']);
  });

  it('reads words beside signs of two code units', async () => {
    const index = await createIndex(folder, { model });
    await index.add(await squares(4), { pictures: false });
    const { hits, notes } = await index.search({ text: 'a 👗👗 red dress' });
    expect(hits).toEqual((await index.search({ text: 'a red dress' })).hits);
    expect(notes).toEqual(['the model cannot read "👗👗": left out']);
  });
});

describe('pictures', () => {
  it('are refused where their file is cut off, also when segments are merged', async () => {
    const index = await createIndex(folder, { model });
    const products = await squares(3);
    await index.add(products.slice(0, 2));
    await index.add(products.slice(2));
    const [name = ''] = (await readdir(join(folder, 'segments'))).filter((file) => file.endsWith('.pictures')).sort();
    const path = join(folder, 'segments', name);
    await truncate(path, (await readFile(path)).length - 1);
    const opened = await openIndex(folder, { model });
    expect((await opened.picture('square-0'))?.length).toBeGreaterThan(20);
    await expect(opened.picture('square-1')).rejects.toThrow(/\.pictures was cut off/);
    expect((await opened.picture('square-2'))?.length).toBeGreaterThan(20);
    await expect(opened.compact()).rejects.toThrow(/000001-\w+\.pictures is shorter than it must be/);
    expect((await openIndex(folder, { model })).size).toBe(3);
  });
});

describe('folders', () => {
  it("keeps a user's own files where an index is made", async () => {
    await mkdir(join(folder, 'segments'));
    const own = ['segments/000001.jsonl', 'segments/holiday.safetensors', 'index.json.bak', 'index.json.notes.part'];
    for (const file of own) await writeFile(join(folder, file), 'mine');
    const index = await createIndex(folder, { model });
    await index.add(await squares(3), { pictures: false });
    await index.compact();
    for (const file of own) expect(await readFile(join(folder, file), 'utf8')).toBe('mine');
  });

  it('does not mix an index with one that was made in its place', async () => {
    const kept = await createIndex(folder, { model });
    await kept.add([{ id: 'old', image }], options);
    await rm(folder, { recursive: true });
    const made = await createIndex(folder, { model });
    await made.add([{ id: 'new', image, caption: 'another' }], options);
    expect(await kept.add([{ id: 'more', image }], options)).toMatchObject({ added: 1 });
    expect([...kept.products()].map(({ id }) => id).sort()).toEqual(['more', 'new']);

    await rm(folder, { recursive: true });
    const other = await smallModel(2);
    await (await createIndex(folder, { model: other })).add([{ id: 'foreign', image }], options);
    other.dispose();
    await expect(kept.add([{ id: 'again', image }], options)).rejects.toThrow(
      /another index has been made in .* since this one was opened; it has other, found \["weights"\]; open it again/,
    );
    expect((await openIndex(folder)).size).toBe(1);
  });
});
