import { describe, expect, it } from '@jest/globals';
import { colourNames } from './colours.ts';
import { designProduct, productAttributes } from './design-product.ts';
import { featureNames, featureWords } from './features.ts';
import { categoryNames, garmentKinds, type SubcategoryName, subcategoryNames } from './garment-kinds.ts';
import { motifNames, patternNames } from './patterns.ts';

describe('the vocabulary of the atelier', () => {
  it('is as large as a shop', () => {
    expect(categoryNames.length).toBeGreaterThanOrEqual(12);
    expect(subcategoryNames.length).toBeGreaterThanOrEqual(40);
    expect(colourNames.length).toBeGreaterThanOrEqual(16);
    expect(patternNames.length).toBeGreaterThanOrEqual(10);
    expect(motifNames.length).toBeGreaterThanOrEqual(8);
  });

  it('has words for every feature that a kind may have', () => {
    for (const kind of Object.values(garmentKinds)) {
      for (const name of featureNames) {
        for (const value of kind.choices[name] ?? []) expect(featureWords(name, value)).toBeDefined();
      }
    }
  });

  it('gives every kind more looks than a list of 101 candidates has places', () => {
    for (const subcategory of subcategoryNames) {
      const looks = new Set(
        Array.from({ length: 300 }, (_, index) => {
          const product = designProduct(11, index, [subcategory]);
          return JSON.stringify([product.colour, product.secondColour, product.pattern, product.features]);
        }),
      );
      expect({ subcategory, looks: looks.size > 250 }).toEqual({ subcategory, looks: true });
    }
  });
});

describe('designProduct', () => {
  it('depends on seed and index alone', () => {
    expect(designProduct(5, 77)).toEqual(designProduct(5, 77));
    expect(designProduct(5, 77)).not.toEqual(designProduct(6, 77));
    expect(designProduct(5, 77).id).toBe('atelier-5-000077');
  });

  it('draws every sub-category once a round', () => {
    const round = subcategoryNames.map((_, index) => designProduct(2, subcategoryNames.length + index).subcategory);
    expect(new Set(round).size).toBe(subcategoryNames.length);
  });

  it('shows its attributes as text, without what is not there', () => {
    const attributes = productAttributes(designProduct(1, 0, ['t-shirt']));
    expect(Object.keys(attributes)).toEqual(
      expect.arrayContaining(['department', 'baseColour', 'pattern', 'fabric', 'sleeve', 'neckline', 'fit']),
    );
    expect(Object.values(attributes)).not.toContain('none');
  });

  it('names the known sub-categories where it is asked for another', () => {
    expect(() => designProduct(1, 0, ['toga' as SubcategoryName])).toThrow(
      /@kaleido\/data: .*found "toga"; use any of t-shirt/,
    );
    expect(() => designProduct(1, 0, [])).toThrow(/no sub-category/);
  });
});
