import { expect, it } from '@jest/globals';
import { classWeightsOf, tagWeightsOf } from './class-weights.ts';

const category = { name: 'category', classes: ['dress', 'shirt'] };

it('balances classes as scikit-learn does, so that each counts the same', () => {
  // compute_class_weight('balanced'): 40 / (2 x 30) and 40 / (2 x 10).
  expect(classWeightsOf('balanced', category, [30, 10])).toEqual(Float32Array.of(2 / 3, 2));
  expect(classWeightsOf({ shirt: 3 }, category, [30, 10])).toEqual(Float32Array.of(1, 3));
  expect(classWeightsOf(undefined, category, [30, 10])).toBeUndefined();
});

it('balances the items with a tag against those without', () => {
  expect(tagWeightsOf('balanced', category, [10, 40], 40)).toEqual(Float32Array.of(3, 1 / 40));
  expect(tagWeightsOf({ dress: 2 }, category, [10, 40], 40)).toEqual(Float32Array.of(2, 1));
});

it('names the nearest class for one that no item has', () => {
  expect(() => classWeightsOf({ shrt: 2 }, category, [1, 1])).toThrow(
    /classWeights names a class that no item of "category" has, found "shrt".*shirt/,
  );
});
