import { describe, expect, it } from '@jest/globals';
import { fieldLabels, labelOf } from './labels.ts';

const products = [
  { category: 'tops', subcategory: 'shirts', attributes: { colour: 'red' } },
  { category: 'shoes', attributes: { colour: 'blue' } },
  { category: 'tops', subcategory: 'coats', attributes: {} },
  { category: 'bags', subcategory: 'totes', season: 'summer', colour: '' },
] as const;

describe('labelOf', () => {
  it('finds category, sub-category and attributes', () => {
    const [first, second, , last] = products;
    expect(['category', 'subcategory', 'colour', 'size'].map((field) => labelOf(first, field))).toEqual([
      'tops',
      'shirts',
      'red',
      undefined,
    ]);
    expect(labelOf(second, 'subcategory')).toBeUndefined();
    expect([labelOf(last, 'season'), labelOf(last, 'colour')]).toEqual(['summer', undefined]);
    const numbered: object = { size: 38 };
    expect(() => labelOf(numbered, 'size')).toThrow(/labels must be strings, and "size" is not, found 38/);
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

  it('refuses a field that no product has, and one that is the same for all products', () => {
    expect(() => fieldLabels(products, ['size'])).toThrow(
      '@kaleido/fine-tuning: a classifier of "size" needs at least two different labels, found []; check the name of the field, and that the records have it',
    );
    expect(() => fieldLabels(products.slice(0, 1), ['category'])).toThrow(/of "category".*found \["tops"\]/);
  });
});
