import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openRasterisedAtelier } from '@kaleido/data/node';
import type { SingleExtractorDescription } from '@kaleido/kaleido-patches';
import { columnsOfPart } from '@kaleido/kaleido-patches/node';
import { openFeatures } from '@kaleido/kaleido-patches/store';
import { columnsOf } from './columns-of.ts';
import { prepareSplit } from './prepare-split.ts';

let cache = '';
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'columns-of-'));
});
afterAll(() => rm(cache, { recursive: true }));

it('gives the features of a joined part, as if they had been extracted alone', async () => {
  const source = openRasterisedAtelier({
    seed: 1,
    products: 5,
    viewsPerProduct: { least: 1, most: 1 },
    imageSize: 32,
    subcategories: ['sneakers'],
    colours: ['red', 'cobalt'],
  });
  const shared = {
    from: { source, split: 'train' },
    foreground: { kind: 'background-colour' },
    positionScale: 'unit',
    cache,
    threads: 1,
  } as const;
  const colours = { kind: 'colours', bins: 2, cells: 0 } as const;
  const edges = { kind: 'edges' } as const;
  const joined = { kind: 'joined', parts: [colours, edges] } as const;
  const whole = await prepareSplit({ ...shared, extractor: joined });

  const place = await columnsOfPart(joined, { kind: 'edges' });
  const part = columnsOf(whole, place!.start, place!.width);
  const alone = await prepareSplit({ ...shared, extractor: edges });
  expect([part.products, part.key === whole.key]).toEqual([alone.products, false]);
  expect(part.statistics).toEqual(alone.statistics);
  const [tables, slots] = [[], [0, 9, 60]] as [Float32Array[], number[]];
  for (const { features } of [part, alone]) {
    const reader = await openFeatures(features);
    expect(reader.featureWidth).toBe(place!.width);
    const values = new Float32Array(slots.length * reader.featureWidth); // [slots, F]
    (await reader.load([1])).copy(1, slots, values);
    tables.push(values);
  }
  expect(tables[0]).toEqual(tables[1]);
  expect(tables[0]!.some((value) => value !== 0)).toBe(true);

  const others: SingleExtractorDescription[] = [
    { kind: 'pixels', size: 4 },
    { ...colours, bins: 3 },
  ];
  for (const other of others) expect(await columnsOfPart(joined, other)).toBeUndefined();
  expect(await columnsOfPart(edges, edges)).toBeUndefined();
});
