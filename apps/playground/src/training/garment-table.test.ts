import { describe, expect, it } from '@jest/globals';
import { baselines } from './baselines.ts';
import { GarmentTable } from './garment-table.ts';

/** Pieces 2 and 3 are [CLS] and [SEP]; each letter is a piece. */
const encoder = {
  encode(caption: string, { maximumLength }: { maximumLength: number }) {
    const letters = [...caption].slice(0, maximumLength - 2).map((letter) => letter.charCodeAt(0));
    return { ids: [2, ...letters, 3], wordStarts: [0, ...letters.map(() => 1), 0] };
  },
};

function tableOf(...captions: string[]): GarmentTable {
  const table = new GarmentTable(2, 6, encoder);
  for (const [row, caption] of captions.entries()) {
    const slots = Float32Array.from({ length: 74 * 2 }, (_, index) => 1000 * row + index);
    const positions = new Float32Array(55 * 5).fill(row);
    table.add(
      { slots, batch: { size: 1, featureWidth: 2, features: slots.slice(0, 110), positions } },
      { id: String(row), svg: '', caption, subcategory: row === 1 ? 'cap' : 'tote' },
    );
  }
  return table;
}

describe('garments in a table', () => {
  it('are numbers, and a part of them stays when more are added', () => {
    const table = tableOf('ab', 'cdefg', 'ab');
    const { catalogue, features } = table.part(2);
    expect(catalogue).toMatchObject({
      rows: 2,
      ids: Int32Array.of(2, 97, 98, 3, 0, 0, 2, 99, 100, 101, 102, 3),
      lengths: Int32Array.of(4, 6),
      groups: Int32Array.of(0, 1),
    });
    expect(table.part(3).catalogue).toMatchObject({
      captions: Int32Array.of(0, 1, 0),
      products: Int32Array.of(0, 1, 2),
      groups: Int32Array.of(0, 1, 0),
    });
    const target = new Float32Array(5);
    features.copy(1, [3, 0], target, 1);
    expect([...target]).toEqual([0, 1006, 1007, 1000, 1001]);
    expect(features.positions(1)[0]).toBe(1);
    expect(() => features.copy(2, [0], target)).toThrow(RangeError);
    expect(table.bytes).toBe(3 * 4 * (74 * 2 + 55 * 5));
  });

  it('give the loss of knowing only how common the pieces are', () => {
    expect(baselines(tableOf('ab', 'ab').part(2).catalogue)).toMatchObject({
      words: expect.closeTo(Math.log(2), 6),
      rotation: Math.log(4),
    });
    expect(baselines(tableOf('aaa').part(1).catalogue).words).toBeCloseTo(0, 9);
  });
});
