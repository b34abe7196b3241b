import { describe, expect, it } from '@jest/globals';
import { jpeg } from '../test/data-folder.ts';
import { splitByHash } from './hash-splits.ts';
import type { Product, ProductSource } from './product.ts';
import type { RowSource } from './row-source.ts';

const rule = { kind: 'hash', seed: 0, validation: 0.2, test: 0.1 } as const;

/** Products of three views; every row whose number ends in 9 is left out. */
function catalogue(count: number, pictureOf: (row: number) => number = (row) => row): RowSource {
  return {
    name: 'catalogue',
    fingerprint: 'f',
    hasPictureFiles: false,
    fingerprintHasRows: true,
    splits: [],
    async *read(_, { wants = () => true, onSkipped }): AsyncGenerator<Product> {
      for (let row = 0; row < count; row++) {
        const [id, productId] = [`${row}`, `p${Math.floor(row / 3)}`];
        if (!wants(productId)) continue;
        if (row % 10 === 9) onSkipped?.({ id, reason: 'has no caption' });
        else yield { id, productId, caption: 'red', image: { bytes: jpeg(pictureOf(row)), mediaType: 'image/jpeg' } };
      }
    },
  };
}

async function splitOfEach(source: ProductSource): Promise<{ of: Map<string, string>; skipped: number }> {
  const of = new Map<string, string>();
  let skipped = 0;
  for (const split of source.splits) {
    let read = 0;
    const count = (): void => {
      skipped++;
      read++;
    };
    for await (const { id } of source.products(split, { onSkipped: count })) {
      read++;
      expect(of.has(id)).toBe(false);
      of.set(id, split);
    }
    expect(read).toBe(source.rows?.(split));
  }
  return { of, skipped };
}

describe('splits by a hash', () => {
  it('have all rows, the shares asked for, and all views of a product in one', async () => {
    const { of, skipped } = await splitOfEach(await splitByHash(catalogue(3000), rule));
    expect(of.size).toBe(2700);
    expect(skipped).toBe(300);
    const share = (split: string): number => [...of.values()].filter((one) => one === split).length / of.size;
    expect(share('validation')).toBeCloseTo(0.2, 1);
    expect(share('test')).toBeCloseTo(0.1, 1);
    for (let row = 0; row < 3000; row += 3)
      expect(new Set([row, row + 1, row + 2].flatMap((one) => of.get(`${one}`) ?? [])).size).toBe(1);
  });

  it('stay the same when rows are added, and change with the seed', async () => {
    const few = (await splitOfEach(await splitByHash(catalogue(600), rule))).of;
    const more = (await splitOfEach(await splitByHash(catalogue(900), rule))).of;
    const other = (await splitOfEach(await splitByHash(catalogue(600), { ...rule, seed: 1 }))).of;
    expect([...few].filter(([id, split]) => more.get(id) !== split)).toEqual([]);
    expect([...few].filter(([id, split]) => other.get(id) !== split).length).toBeGreaterThan(100);
  });

  it('never part photographs that are the same, also through a chain of products', async () => {
    // Products 0, 1, 2 ... of 30 share a photograph with the next one each.
    const chained = (row: number): number => (row < 90 && row % 3 === 2 && row % 10 !== 9 ? row + 1 : row);
    const { of } = await splitOfEach(await splitByHash(catalogue(900, chained), rule));
    const splitOfPicture = new Map<number, string>();
    for (const [id, split] of of) {
      const picture = chained(Number(id));
      expect(splitOfPicture.get(picture) ?? split).toBe(split);
      splitOfPicture.set(picture, split);
    }
  });

  it('refuse a split that they do not have', async () => {
    const source = await splitByHash(catalogue(30), rule);
    expect(() => source.products('hidden')).toThrow(
      /catalogue has no such split, found "hidden"; take one of: train, validation, test/,
    );
  });
});
