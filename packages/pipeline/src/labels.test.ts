import { describe, expect, it } from '@jest/globals';
import { fieldLabels, labelOf } from './labels.ts';
import type { PreparedProduct } from './prepare-split.ts';

const product = (more: Partial<PreparedProduct>): PreparedProduct => ({
  id: '1',
  productId: '1',
  caption: 'a thing',
  imageHash: '',
  ...more,
});
const products = [
  product({ category: 'tops', subcategory: 'shirts', attributes: { colour: 'red' } }),
  product({ category: 'shoes', attributes: { colour: 'blue' } }),
  product({ category: 'tops', subcategory: 'coats', attributes: {} }),
  product({ category: 'bags', subcategory: 'totes' }),
];

describe('labelOf', () => {
  it('finds category, sub-category and attributes', () => {
    const [first, second] = products as [PreparedProduct, PreparedProduct];
    expect(['category', 'subcategory', 'colour', 'size'].map((field) => labelOf(first, field))).toEqual([
      'tops',
      'shirts',
      'red',
      undefined,
    ]);
    expect(labelOf(second, 'subcategory')).toBeUndefined();
  });
});

describe('fieldLabels', () => {
  it('numbers the labels of each field in alphabetical order; a missing one is -1', () => {
    const { fields, rows } = fieldLabels(products, ['category', 'colour']);
    expect(fields).toEqual([
      { name: 'category', classes: ['bags', 'shoes', 'tops'] },
      { name: 'colour', classes: ['blue', 'red'] },
    ]);
    expect([...(rows.get('category') ?? [])]).toEqual([2, 1, 2, 0]);
    expect([...(rows.get('colour') ?? [])]).toEqual([1, 0, -1, -1]);
  });

  it('refuses a field that no product has, and one that all products have alike', () => {
    expect(() => fieldLabels(products, ['size'])).toThrow(
      '@kaleido/pipeline: the products cannot be told apart by "size": it needs two different labels at least, found []; take "size" out of fineTuning.fields, or leave fineTuning out of the recipe',
    );
    expect(() => fieldLabels(products.slice(0, 1), ['category'])).toThrow(/by "category".*found \["tops"\]/);
  });
});
