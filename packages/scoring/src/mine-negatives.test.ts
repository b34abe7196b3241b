import { expect, it } from '@jest/globals';
import { mineNegatives } from './mine-negatives.ts';

it('picks the most similar photographs of the group, of other products with other captions', () => {
  const groups = Int32Array.of(0, 0, 0, 0, 1, 0);
  const catalogue = {
    rows: 6,
    groups,
    products: Int32Array.of(0, 0, 1, 2, 3, 4),
    captions: Int32Array.of(0, 1, 0, 2, 3, 4),
  };
  // A photograph's similarity is its row number, regardless of the caption.
  const mined = mineNegatives(catalogue, { similarity: (_, image) => image }, { perRow: 2, share: 0.5 });
  expect(mined).toMatchObject({ perRow: 2, share: 0.5 });
  const of = (row: number): number[] => [...mined.rows.subarray(2 * row, 2 * row + 2)];
  expect(of(0)).toEqual([5, 3]); // 1 is its own product, 2 has its caption
  expect(of(1)).toEqual([5, 3]);
  expect(of(2)).toEqual([5, 3]);
  expect(of(3)).toEqual([5, 2]);
  expect(of(5)).toEqual([3, 2]);
  expect(of(4)).toEqual([-1, -1]); // alone in its group
});

it('picks the lower of two equally similar rows', () => {
  const zeros = new Int32Array(4);
  const numbers = Int32Array.of(0, 1, 2, 3);
  const catalogue = { rows: 4, groups: zeros, products: numbers, captions: numbers };
  const { rows } = mineNegatives(catalogue, { similarity: () => 1 }, { perRow: 1, share: 1 });
  expect([...rows]).toEqual([1, 0, 0, 0]);
});

it('never picks a picture of the product, even under another product', () => {
  const numbers = Int32Array.of(0, 1, 2, 3);
  const images = Int32Array.of(0, 1, 0, 1);
  const catalogue = { rows: 4, groups: new Int32Array(4), products: numbers, captions: numbers, images };
  // The two rows of one picture are the most similar ones.
  const { rows } = mineNegatives(
    catalogue,
    { similarity: (a, b) => (images[a] === images[b] ? 1 : b / 10) },
    {
      perRow: 3,
      share: 1,
    },
  );
  expect([...rows]).toEqual([3, 1, -1, 2, 0, -1, 3, 1, -1, 2, 0, -1]);
});
