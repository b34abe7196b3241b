import { describe, expect, it } from '@jest/globals';
import type { Recipe } from '@kaleido/recipe-schema';
import { type PreparedProduct, type PreparedSplit, sharedCatalogue } from '@kaleido/splits';
import { createTokenizer } from '@kaleido/tokenizer';
import { microRecipe } from '../test/micro-recipe.ts';
import { inspectProducts } from './inspect-products.ts';

const tokenizer = createTokenizer(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'shirt']);
const atelier = microRecipe();
const recipe: Recipe = {
  ...atelier,
  data: { kind: 'folder', train: 'train', validation: 'validation' },
  fineTuning: { ...atelier.fineTuning!, fields: ['category', 'colour'] },
};

function productsOf(name: string, count: number, change: (index: number) => object = () => ({})): PreparedProduct[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${name}-${index}`,
    productId: `${name}-${index}`,
    caption: `${name} ${index}`,
    category: index % 2 === 0 ? 'tops' : 'shoes',
    subcategory: index % 2 === 0 ? 'shirts' : 'boots',
    attributes: { colour: index % 3 === 0 ? 'red' : 'blue' },
    imageHash: `${name} ${index}`,
    ...change(index),
  }));
}

function inspect(
  train: readonly PreparedProduct[],
  held: readonly PreparedProduct[],
  changed = recipe,
): Promise<string[]> {
  const split = (name: string, products: readonly PreparedProduct[]) => ({ name, products }) as PreparedSplit;
  const validation = split('validation', held);
  return inspectProducts({
    recipe: changed,
    splits: { train: split('train', train), heldOut: validation, retrievalChoice: validation, retrieval: validation },
    tokenizer,
    catalogue: sharedCatalogue(train, tokenizer, 8),
  });
}

const only = (at: number, change: object) => (index: number) => (index === at ? change : {});

describe('inspectProducts', () => {
  it('has no notes on products with all labels and distinct pictures', async () => {
    expect(await inspect(productsOf('t', 30), productsOf('v', 12))).toEqual([]);
  });

  it('counts missing sub-categories and labels, and names the first', async () => {
    const train = productsOf('t', 30, only(7, { subcategory: undefined, attributes: {} }));
    const held = productsOf('v', 12, (index) => ({
      ...(index < 2 ? { attributes: { colour: 'green' } } : {}),
      ...(index > 9 ? { attributes: undefined, subcategory: undefined } : {}),
    }));
    const instead = 'no sub-category: negatives come from the category, or from all products where that is missing too';
    expect(await inspect(train, held)).toEqual([
      `train: 1 of 30 pictures (t-7) has ${instead}`,
      `validation: 2 of 12 pictures (the first: v-10) have ${instead}`,
      'train: 1 of 30 pictures (t-7) has no label of "colour": left out of its training',
      'validation: 2 of 12 pictures (the first: v-10) have no label of "colour": left out of its figures',
      'validation: 2 of 12 pictures (the first: v-0) have a label of "colour" that no picture to train on has: counted as wrong',
    ]);
    const bare = productsOf('v', 12, () => ({ attributes: {}, subcategory: undefined, category: undefined }));
    expect(await inspect(productsOf('t', 30), bare)).toEqual([
      `validation: 12 of 12 pictures (the first: v-0) have ${instead}`,
      'no picture of validation has a label of "category": not measured',
      'no picture of validation has a label of "colour": not measured',
    ]);
  });

  it('counts pictures shared by several products, but not the views of one product', async () => {
    const train = productsOf('t', 30, (index) => ({ imageHash: `t ${index >> 1}` }));
    expect(await inspect(train, productsOf('v', 12))).toEqual([
      'train: 15 pictures are there under several products (e.g. t-0 and t-1): they are never a negative there',
    ]);
    const views = productsOf('t', 30, (index) => ({ productId: `t ${index >> 1}`, imageHash: `t ${index >> 1}` }));
    expect(await inspect(views, productsOf('v', 12))).toEqual([]);
  });

  it('notes shorter lists where there are too few products', async () => {
    const notes = (held: readonly PreparedProduct[]): Promise<string[]> => inspect(productsOf('t', 30), held);
    expect(await notes(productsOf('v', 5))).toEqual([
      'validation: lists of 5 candidates instead of 8: figures are higher for it',
    ]);
    // Four products have the same caption: their lists have six others.
    expect(await notes(productsOf('v', 10, (index) => (index < 4 ? { caption: 'same' } : {})))).toEqual([
      'validation: lists of 7 candidates instead of 8: figures are higher for it',
    ]);
  });

  it('refuses a split in which a product has no negative, with advice that the recipe can follow', async () => {
    const said = 'has no negative: no other product has another picture and another caption';
    await expect(inspect(productsOf('t', 1), productsOf('v', 12))).rejects.toThrow(
      `@kaleido/splits: train: t-0 ${said}, found "1 picture"; give more products in the split "train" (data.train)`,
    );
    await expect(
      inspect(
        productsOf('t', 9, () => ({ caption: 'same' })),
        productsOf('v', 12),
      ),
    ).rejects.toThrow(`train: t-0 ${said}, found "9 pictures"`);
    const one = inspect(productsOf('t', 9), productsOf('v', 1));
    await expect(one).rejects.toThrow(
      `validation: v-0 ${said}, found "1 picture"; give more products in the split "validation" (data.validation)`,
    );
    const drawn = { ...recipe, data: atelier.data };
    await expect(
      inspect(
        productsOf('t', 9),
        productsOf('v', 3, () => ({ imageHash: 'one' })),
        drawn,
      ),
    ).rejects.toThrow(`validation: v-0 ${said}, found "3 pictures"; raise data.heldOut`);
  });

  it('refuses a field that is the same for all training products', async () => {
    const alike = productsOf('t', 30, () => ({ category: 'tops', subcategory: 'shirts' }));
    await expect(inspect(alike, productsOf('v', 12))).rejects.toThrow(
      'a classifier of "category" needs at least two different labels, found ["tops"]; take "category" out of fineTuning.fields, or leave fineTuning out of the recipe',
    );
    const plain = { ...recipe, fineTuning: undefined };
    expect(await inspect(alike, productsOf('v', 12), plain)).toEqual([]);
  });
});
