import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { memory } from '@kaleido/backend';
import type { Kaleido } from '@kaleido/pipeline/node';
import fc from 'fast-check';
import { type IndexSetUp, indexSetUp } from '../test/index-set-up.ts';
import { smallModel, squares } from '../test/small-model.ts';
import { openIndex as openInPage } from './index.ts';
import { createIndex, type EmbedGroup, openIndex } from './node.ts';

let setUp: IndexSetUp;
let folder = '';
let model: Kaleido;
beforeAll(async () => {
  setUp = await indexSetUp('search');
  model = setUp.model;
});
afterAll(() => setUp.close());
beforeEach(async () => {
  folder = await setUp.newFolder();
});

const image = new Uint8Array();
const noPictures = { pictures: false };
/** Gives products the vectors of a list. */
const vectorsOf =
  (vectors: ReadonlyMap<string, Float32Array>): EmbedGroup =>
  async (group) =>
    group.map(({ id }) => ({ vector: vectors.get(id) as Float32Array }));

const message = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('searching', () => {
  it('finds exactly what a naive search finds, in the same order, with filters, after deletions', async () => {
    const small = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 16, maxLength: 16 });
    const product = fc.record({
      vector: small,
      colour: fc.constantFrom('red', 'blue', undefined),
      isDeleted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(product, { minLength: 1, maxLength: 60 }),
        fc.array(small, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 70 }),
        fc.constantFrom<readonly string[]>([], ['red'], ['RED', 'blue']),
        async (made, queries, k, colours) => {
          const place = await mkdtemp(join(setUp.root, 'exact-'));
          const products = made.map(({ colour }, i) => ({
            id: `p${(i * 37) % 101}`,
            image,
            attributes: { ...(colour === undefined ? {} : { colour }), one: 'x' },
          }));
          const vectors = new Map(products.map(({ id }, i) => [id, Float32Array.from(made[i]!.vector)]));
          const index = await createIndex(place, { model });
          const half = products.length >> 1;
          const options = { ...noPictures, embed: vectorsOf(vectors) };
          await index.add(products.slice(0, half), options);
          await index.add(products.slice(half), options);
          const hasColours = new Set(made.flatMap(({ colour, isDeleted }) => (isDeleted || !colour ? [] : [colour])));
          await index.delete(products.filter((_, i) => made[i]!.isDeleted).map(({ id }) => id));
          const filter = colours.length > 0 && hasColours.size > 0 ? { where: { colour: colours } } : {};
          const allowed = products.filter(
            ({ attributes: { colour } }, i) =>
              !made[i]!.isDeleted && (!('where' in filter) || colours.some((one) => one.toLowerCase() === colour)),
          );
          const results = await index.searchAll(
            queries.map((query) => ({ vector: Float32Array.from(query), k, ...filter })),
          );
          for (const [place, query] of queries.entries()) {
            const naive = allowed
              .map(({ id }) => ({ id, score: query.reduce((sum, value, i) => sum + value * vectors.get(id)![i]!, 0) }))
              .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
              .slice(0, k);
            expect(results[place]!.hits.map(({ score, product: { id } }) => ({ id, score }))).toEqual(naive);
            expect(results[place]!.compared).toBe(allowed.length);
          }
          await rm(place, { recursive: true });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('finds by text and by photograph, and opens in a page with the same results', async () => {
    const products = await squares(40);
    const index = await createIndex(folder, { model });
    const before = memory().numTensors;
    expect(await index.add(products)).toEqual({ added: 40, replaced: 0, unchanged: 0, leftOut: [] });
    const byPhotograph = await index.search({ image: products[7]!.image, k: 3 });
    expect(byPhotograph.hits[0]!.product).toEqual({
      id: 'square-7',
      caption: products[7]!.caption,
      category: 'shirt',
      attributes: products[7]!.attributes,
    });
    expect(byPhotograph.hits[0]!.score).toBeCloseTo(1, 5);
    const text = { text: 'a red dress', k: 1000, where: { colour: 'red', category: ['dress'] } };
    const byText = await index.search(text);
    const [query] = await model.embedCaptions(['a red dress']);
    const expected = products.filter(
      ({ category, attributes: { colour } }) => category === 'dress' && colour === 'Red',
    );
    expect(new Set(byText.hits.map(({ product: { id } }) => id))).toEqual(new Set(expected.map(({ id }) => id)));
    const [best] = await model.embedImages([products.find(({ id }) => id === byText.hits[0]!.product.id)!.image]);
    expect(byText.hits[0]!.score).toBeCloseTo(
      query!.reduce((sum, value, i) => sum + value * best![i]!, 0),
      5,
    );
    expect(byText.notes).toEqual([]);
    expect((await index.pictures(['square-7', 'unknown'])).get('square-7')?.subarray(8, 12)).toEqual(
      new TextEncoder().encode('WEBP'),
    );

    const picked = await Promise.all(
      (await readdir(folder, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map(async (entry) => new File([await readFile(join(entry.parentPath, entry.name))], entry.name)),
    );
    const inPage = await openInPage(picked, { model });
    expect(await inPage.search(text)).toEqual(byText);
    expect(memory().numTensors).toBe(before);
  });

  it('keeps vectors in bytes, and finds nearly the same', async () => {
    const products = await squares(60);
    const exact = await createIndex(folder, { model });
    const bytes = await createIndex(join(folder, 'bytes'), { model, precision: 'int8' });
    await exact.add(products, noPictures);
    await bytes.add(products, noPictures);
    const query = { image: products[3]!.image, k: 60 };
    const scores = new Map((await exact.search(query)).hits.map(({ product: { id }, score }) => [id, score]));
    for (const { product, score } of (await bytes.search(query)).hits)
      expect(Math.abs(score - scores.get(product.id)!)).toBeLessThan(0.01);
  });

  it('re-ranks the best by the matching head, in an index with features', async () => {
    const products = await squares(12);
    const index = await createIndex(folder, { model, features: true });
    await index.add(products, noPictures);
    const { hits } = await index.search({ text: 'a red dress', k: 12, rerank: { best: 12 } });
    const matches: number[] = [];
    for (const { product } of hits) {
      const own = products.find(({ id }) => id === product.id)!;
      matches.push((await model.match(own.image, ['a red dress']))[0]!);
    }
    for (const [place, { match }] of hits.entries()) expect(match).toBeCloseTo(matches[place]!, 4);
    expect(hits.map(({ match }) => match)).toEqual([...hits].map(({ match }) => match).sort((a, b) => b! - a!));
    const some = await index.search({ text: 'a red dress', k: 5, rerank: { best: 2, matchingWeight: 0.5 } });
    expect(some.hits.map(({ match }) => match !== undefined)).toEqual([true, true, false, false, false]);
    const without = await createIndex(join(folder, 'without'), { model });
    await without.add(products, noPictures);
    expect(await message(without.search({ text: 'a red dress', rerank: { best: 3 } }))).toMatch(
      /has no features, which the second stage reads; build it with --features/,
    );
  });

  it('says which words it cannot read, and goes on with the others', async () => {
    const index = await createIndex(folder, { model });
    await index.add(await squares(5), noPictures);
    const plain = await index.search({ text: 'a red dress' });
    const result = await index.search({ text: 'a red ☃ dress' });
    expect(result.hits).toEqual(plain.hits);
    expect(result.notes).toEqual(['the model cannot read "☃": left out']);
    const [nothing, still] = await index.searchAll([{ text: '☃ ☂' }, { text: 'a red dress' }]);
    expect(nothing).toEqual({ hits: [], compared: 0, notes: ['the model cannot read "☃", "☂": no word is left'] });
    expect(still).toEqual(plain);
    expect((await index.search({ text: 'dressed' })).notes[0]).toMatch(
      /^"dressed" is no word of the model's vocabulary: it reads dress ##e ##d, and may not know what it means$/,
    );
    const long = await index.search({ text: 'a red dress a red dress a red dress a red shirt' });
    expect(long.notes).toEqual(['the query is longer than the 12 pieces that the model reads: cut off after "a"']);
    expect(await message(index.search({ text: '  ' }))).toBe(
      '@kaleido/search: the query has no words, found "  "; say what to look for, e.g. "red striped dress"',
    );
  });

  it('answers unknown fields with the known ones, and unknown values with a note', async () => {
    const index = await createIndex(folder, { model });
    await index.add(await squares(8), noPictures);
    expect(await message(index.search({ text: 'a dress', where: { color: 'red' } }))).toBe(
      '@kaleido/search: no product of the index has a field of this name, found "color"; did you mean "colour"? known are category, colour',
    );
    const { hits, compared, notes } = await index.search({ text: 'a dress', where: { colour: 'redd' } });
    expect([hits, compared]).toEqual([[], 0]);
    expect(notes[0]).toMatch(/^no product has colour "redd"; did you mean "Red"\? it has (Red, Blue|Blue, Red)$/);
  });

  it('finds nothing in an empty index, and refuses queries that are none', async () => {
    const index = await createIndex(folder, { model });
    expect(await index.search({ text: 'a red dress' })).toEqual({ hits: [], compared: 0, notes: [] });
    expect(await message(index.search({ text: 'a', k: 0 }))).toMatch(
      /k, the number of products to find, must be a whole/,
    );
    expect(await message(index.search({ vector: new Float32Array(16).fill(Number.NaN) }))).toMatch(
      /the query's vector must be a Float32Array of 16 finite numbers, found "NaN or infinite"/,
    );
    expect(await message(index.search({ vector: new Float32Array(3) }))).toMatch(
      /must be a Float32Array of 16 finite numbers, found 3/,
    );
    const without = await openIndex(folder);
    expect(await message(without.search({ text: 'a red dress' }))).toMatch(
      /was opened without a model, and a text needs/,
    );
    expect(await without.search({ vector: new Float32Array(16) })).toMatchObject({ hits: [] });
  });
});

describe('opening', () => {
  it('refuses an index of another model by name', async () => {
    await createIndex(folder, { model, modelName: 'runs/first' });
    const other = await smallModel(2);
    expect(await message(openIndex(folder, { model: other, modelName: 'runs/second' }))).toMatch(
      /the index .* was made by another model: runs\/first \(weights [0-9a-f]{8}\), found "runs\/second \(weights [0-9a-f]{8}\)"; open it with that model/,
    );
    other.dispose();
  });

  it('refuses other settings, a folder without an index, and damaged files', async () => {
    expect(await message(openIndex(folder))).toMatch(/as an index: index.json is missing, found "ENOENT"; build one/);
    const index = await createIndex(folder, { model });
    await index.add(await squares(3), noPictures);
    expect(await message(createIndex(folder, { model, precision: 'int8' }))).toMatch(/exists with other settings/);
    const names = await readdir(join(folder, 'segments'));
    const file = (kind: string): string => join(folder, 'segments', names.find((name) => name.endsWith(kind))!);
    const lines = await readFile(file('jsonl'), 'utf8');
    await writeFile(file('jsonl'), lines.slice(0, 40));
    expect(await message(openIndex(folder))).toMatch(/000001-\w+\.jsonl must have 3 products, a line each, found 0/);
    await writeFile(file('jsonl'), lines.replace('{', '['));
    expect(await message(openIndex(folder))).toMatch(/line 1 of .*000001-\w+\.jsonl is no product/);
    await writeFile(file('jsonl'), lines.replace('"attributes":{"', '"attributes":{"x":1,"'));
    expect(await message(openIndex(folder))).toMatch(/line 1 of .*000001-\w+\.jsonl is no product/);
    await writeFile(file('jsonl'), lines.replace('dress', 'shoes'));
    expect(await message(openIndex(folder))).toMatch(/jsonl or its vectors have changed since they were written/);
    await writeFile(file('jsonl'), lines);
    const vectors = await readFile(file('safetensors'));
    await writeFile(file('safetensors'), vectors.subarray(0, 100));
    expect(await message(openIndex(folder))).toMatch(/^@kaleido\/foundation: .*000001-\w+\.safetensors/);
    await writeFile(file('safetensors'), vectors.with(-2, vectors.at(-2)! ^ 1));
    expect(await message(openIndex(folder))).toMatch(/jsonl or its vectors have changed since they were written/);
    await rm(file('safetensors'));
    expect(await message(openIndex(folder))).toMatch(/is not whole: segments\/000001-\w+\.safetensors is missing/);
    const manifest = await readFile(join(folder, 'index.json'), 'utf8');
    await writeFile(join(folder, 'index.json'), manifest.replace('"products":3', '"products":4'));
    expect(await message(openIndex(folder))).toMatch(/the numbers of .*index\.json contradict each other/);
    await writeFile(join(folder, 'index.json'), manifest.replace('"nextSegment":2', '"nextSegment":1'));
    expect(await message(openIndex(folder))).toMatch(/the numbers of .* contradict each other, found "000001-/);
    await writeFile(join(folder, 'index.json'), manifest.replace('"version":1', '"version":9'));
    expect(await message(openIndex(folder))).toMatch(/index\.json is wrong at "version"/);
  });
});
