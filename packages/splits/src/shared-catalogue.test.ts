import { expect, it } from '@jest/globals';
import { createTokenizer } from '@kaleido/tokenizer';
import { sharedCatalogue } from './shared-catalogue.ts';

const tokenizer = createTokenizer(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'red', 'shirt', '##s', 'hat']);

it('numbers products, captions, sub-categories and pictures, and cuts captions to their length', () => {
  const catalogue = sharedCatalogue(
    [
      { id: 'a-0', productId: 'a', caption: 'Red shirts', subcategory: 'shirts', category: 'tops', imageHash: '0' },
      { id: 'a-1', productId: 'a', caption: 'red  SHIRTS', subcategory: 'shirts', category: 'tops', imageHash: '1' },
      { id: 'b-0', productId: 'b', caption: 'red red red hat', category: 'tops', imageHash: '2' },
      { id: 'c-0', productId: 'c', caption: 'hat', category: 'tops', imageHash: '3' },
      { id: 'd-0', productId: 'd', caption: 'hat', imageHash: '2' },
    ],
    tokenizer,
    5,
  );
  expect(catalogue).toMatchObject({ rows: 5, textLength: 5 });
  expect([...catalogue.products]).toEqual([0, 0, 1, 2, 3]);
  expect([...catalogue.captions]).toEqual([0, 0, 1, 2, 2]);
  expect([...(catalogue.images ?? [])]).toEqual([0, 1, 2, 3, 2]);
  // Without a sub-category, products are grouped by category; those without both form one group.
  expect([...catalogue.groups]).toEqual([0, 0, 1, 1, 2]);
  const row = (values: Int32Array | Uint8Array, index: number): number[] => [
    ...values.subarray(5 * index, 5 * index + 5),
  ];
  expect(row(catalogue.ids, 0)).toEqual([2, 5, 6, 7, 3]);
  expect(row(catalogue.wordStarts, 0)).toEqual([0, 1, 1, 0, 0]);
  expect(row(catalogue.ids, 2)).toEqual([2, 5, 5, 5, 3]);
  expect(row(catalogue.ids, 3)).toEqual([2, 8, 3, 0, 0]);
  expect([...catalogue.lengths]).toEqual([5, 5, 5, 3, 3]);
  for (const values of [catalogue.ids, catalogue.wordStarts, catalogue.groups])
    expect(values.buffer).toBeInstanceOf(SharedArrayBuffer);
});
