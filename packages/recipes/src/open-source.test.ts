import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { noCleaning } from '@kaleido/data/node';
import type { SourceSplit } from '@kaleido/splits';
import { microRecipe } from '../test/micro-recipe.ts';
import { openMore, openSplits, refuseUselessData } from './open-source.ts';
import { openRunSources } from './run-splits.ts';

const folderData = { kind: 'folder', train: 'train', validation: 'validation' } as const;

async function productIds({ source, split }: SourceSplit): Promise<string[]> {
  const ids: string[] = [];
  for await (const { productId } of source.products(split)) ids.push(productId);
  return ids;
}

describe('openSplits of an atelier', () => {
  it('never trains on measured products, and gives the requested counts', async () => {
    const recipe = microRecipe();
    const splits = await openSplits(recipe, undefined);
    const train = await productIds(splits.train);
    expect(train).toHaveLength(recipe.data.products);
    const heldOut = await productIds(splits.heldOut);
    const choice = await productIds(splits.retrievalChoice);
    const retrieval = await productIds(splits.retrieval);
    expect([heldOut, choice, retrieval].map(({ length }) => length)).toEqual([
      recipe.data.heldOut,
      recipe.data.retrieval,
      recipe.data.retrieval,
    ]);
    const trained = new Set(train);
    for (const ids of [heldOut, choice, retrieval]) expect(ids.filter((id) => trained.has(id))).toEqual([]);
    // The weight of the combined scorer is not chosen on the products it is measured on.
    expect(choice.filter((id) => retrieval.includes(id))).toEqual([]);
    // A product is drawn from its number: no held-out product of either atelier has the number of a trained one.
    const number = (id: string): number => Number(/\d+$/.exec(id)?.[0]);
    const numbers = new Set(train.map(number));
    expect([...choice, ...retrieval, ...heldOut].filter((id) => numbers.has(number(id)))).toEqual([]);
  });

  it.each([
    [1, 1, 1],
    [400, 100, 60],
    [3600, 600, 404],
    [997, 331, 77],
  ])('keeps its counts for %d products, %d held out, %d for retrieval', async (products, heldOut, retrieval) => {
    const recipe = microRecipe();
    const splits = await openSplits({ ...recipe, data: { ...recipe.data, products, heldOut, retrieval } }, undefined);
    // Drawing is slow, and the first product of a split already shows where the previous split ends.
    const first = async ({ source, split }: SourceSplit): Promise<number> => {
      for await (const { productId } of source.products(split)) return Number(/\d+$/.exec(productId)?.[0]);
      throw new Error(`${split} is empty`);
    };
    expect(await first(splits.train)).toBe(0);
    expect(await first(splits.heldOut)).toBe(products + 2 * retrieval);
    expect(await first(splits.retrievalChoice)).toBe(products + heldOut);
    expect(await first(splits.retrieval)).toBe(products + heldOut + retrieval);
  });

  it('changes the backgrounds of training products only, if the recipe says so', async () => {
    const recipe = microRecipe();
    const trainingBackgrounds = { studio: 0, coloured: 0, cluttered: 1 };
    const changed = { ...recipe, data: { ...recipe.data, trainingBackgrounds } };
    const [before, after] = [await openSplits(recipe, undefined), await openSplits(changed, undefined)];
    const some = async ({ source, split }: SourceSplit): Promise<{ told: string; picture: Uint8Array }[]> => {
      const products: { told: string; picture: Uint8Array }[] = [];
      for await (const { image, ...rest } of source.products(split)) {
        products.push({ told: JSON.stringify(rest), picture: image.bytes });
        if (products.length === 8) break;
      }
      return products;
    };
    const [studio, cluttered] = [await some(before.train), await some(after.train)];
    expect(cluttered.map(({ told }) => told)).toEqual(studio.map(({ told }) => told));
    expect(cluttered.some(({ picture }, i) => !Buffer.from(picture).equals(studio[i]!.picture))).toBe(true);
    for (const use of ['heldOut', 'retrievalChoice', 'retrieval'] as const)
      expect(await some(after[use])).toEqual(await some(before[use]));
  });

  it('draws retrieval products of the sub-categories that the recipe names', async () => {
    const { source, split } = (await openSplits(microRecipe(), undefined)).retrieval;
    for await (const { subcategory } of source.products(split)) expect(subcategory).toBe('sneakers');
  });
});

describe('openSplits of a folder', () => {
  it('is required by a recipe without products of its own', async () => {
    const recipe = { ...microRecipe(), data: { kind: 'folder', train: 'train', validation: 'validation' } } as const;
    await expect(openSplits(recipe, undefined)).rejects.toThrow(
      /^@kaleido\/recipes: the recipe micro trains on a folder of products, and none was given; pass --data DIR/,
    );
  });
});

describe('openSplits of a table', () => {
  it('reads the label columns that the recipe names, also where the first rows have one value', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'open-labels-'));
    const rows = Array.from({ length: 300 }, (_, row) => `${row},red,${row < 250 ? 'cotton' : 'silk'},a.jpg\n`);
    await writeFile(join(folder, 'p.csv'), `sku,title,fabric,photo\n${rows.join('')}`);
    await writeFile(join(folder, 'a.jpg'), Uint8Array.of(0xff, 0xd8, 0xff, 1));
    const { fineTuning, ...recipe } = { ...microRecipe(), data: folderData };
    const fabricsOf = async (given: Parameters<typeof openSplits>[0]): Promise<unknown> => {
      const { source, split } = (await openSplits(given, folder, { splits: 'hash:validation=0' })).train;
      const fabrics = new Set<string | undefined>();
      for await (const { attributes } of source.products(split)) fabrics.add(attributes?.fabric);
      return [...fabrics];
    };
    expect(await fabricsOf(recipe)).toEqual([undefined]);
    expect(await fabricsOf({ ...recipe, fineTuning: { ...fineTuning!, fields: ['fabric'] } })).toEqual([
      'cotton',
      'silk',
    ]);
    await rm(folder, { recursive: true });
  });
});

describe('further products', () => {
  const more = { folder: '../more', split: 'train' };
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'open-more-'));
    for (const name of ['own', 'more']) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'a.jpg'), Uint8Array.of(0xff, 0xd8, 0xff, 1));
      for (const split of ['train', 'val'])
        await writeFile(join(folder, name, `${split}.csv`), 'id,text,file\n1,red &amp; blue,a.jpg\n');
    }
  });
  afterEach(() => rm(folder, { recursive: true }));

  const captions = async (found: SourceSplit | undefined): Promise<string[] | undefined> => {
    if (found === undefined) return undefined;
    const read: string[] = [];
    for await (const { caption } of found.source.products(found.split)) read.push(caption);
    return read;
  };

  it('are beside the data, a folder or a file', async () => {
    const open = async (data: string, from = more): Promise<string[] | undefined> =>
      captions(await openMore(from, join(folder, data)));
    expect(await open('own')).toEqual(['red & blue']);
    expect(await open(join('own', 'train.csv'))).toEqual(['red & blue']);
    expect(await open(join('own', 'train.csv'), { ...more, folder: '../none' })).toBeUndefined();
  });

  it('are cleaned as the run says', async () => {
    const recipe = { ...microRecipe(), data: { ...folderData, more } };
    const reading = { clean: noCleaning, splits: 'hash:validation=0.5' };
    const found = await openRunSources({ recipe, data: join(folder, 'own'), reading });
    expect(await captions(found.more)).toEqual(['red &amp; blue']);
  });
});

describe('a recipe that draws its own products', () => {
  it('refuses a folder, and what says how one is read', () => {
    const recipe = microRecipe();
    expect(() => refuseUselessData(recipe, undefined, {})).not.toThrow();
    expect(() => refuseUselessData(recipe, '/shop', { splits: 'file' })).toThrow(
      /draws its own products, and does not read the folder of --data, found "\/shop"/,
    );
    expect(() => refuseUselessData(recipe, 'https://user:secret@host/a.csv', {})).toThrow(
      /found "https:\/\/host\/a\.csv"/,
    );
    for (const reading of [{ map: {} }, { splits: 'file' }, { clean: {} }, { encoding: 'latin1' }] as const)
      expect(() => refuseUselessData(recipe, undefined, reading)).toThrow(
        new RegExp(`^@kaleido/recipes: --${Object.keys(reading)[0]} has no effect: the recipe micro draws its own`),
      );
    expect(() => refuseUselessData({ ...recipe, data: folderData }, undefined, { splits: 'file' })).not.toThrow();
  });
});
