import { describe, expect, it } from '@jest/globals';
import type { Assortment } from './assortment.ts';
import { type ColourName, colourNames } from './colours.ts';
import { designProduct, productAttributes } from './design-product.ts';
import { featureNames, featureWords } from './features.ts';
import { categoryNames, garmentKinds, type SubcategoryName, subcategoryNames } from './garment-kinds.ts';
import { motifNames } from './motifs.ts';
import { type PatternName, patternNames } from './patterns.ts';

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

  it('gives every kind more looks than a list has candidates (101)', () => {
    for (const subcategory of subcategoryNames) {
      const looks = new Set(
        Array.from({ length: 300 }, (_, index) => {
          const product = designProduct(11, index, { subcategories: [subcategory] });
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

  it('draws every sub-category once per round', () => {
    const round = subcategoryNames.map((_, index) => designProduct(2, subcategoryNames.length + index).subcategory);
    expect(new Set(round).size).toBe(subcategoryNames.length);
  });

  it('gives its attributes as text, without missing ones', () => {
    const attributes = productAttributes(designProduct(1, 0, { subcategories: ['t-shirt'] }));
    expect(Object.keys(attributes)).toEqual(
      expect.arrayContaining(['department', 'baseColour', 'pattern', 'fabric', 'sleeve', 'neckline', 'fit']),
    );
    expect(Object.values(attributes)).not.toContain('none');
  });

  it('names the known sub-categories if another is requested', () => {
    expect(() => designProduct(1, 0, { subcategories: ['toga' as SubcategoryName] })).toThrow(
      /@kaleido\/data: .*found "toga"; use any of t-shirt/,
    );
    expect(() => designProduct(1, 0, { subcategories: [] })).toThrow(/no sub-category/);
  });

  it('stays within an assortment', () => {
    const colours: ColourName[] = ['black', 'white', 'red'];
    const patterns: PatternName[] = ['plain', 'striped', 'dipDye'];
    for (let index = 0; index < 300; index++) {
      const product = designProduct(4, index, { colours, patterns });
      expect(colours).toContain(product.colour);
      if (product.secondColour !== undefined) expect(colours).toContain(product.secondColour);
      expect(patterns).toContain(product.pattern);
    }
  });

  it('gives the same product for the whole assortment and for none', () => {
    for (let index = 0; index < 100; index++)
      expect(designProduct(9, index, { colours: colourNames, patterns: patternNames })).toEqual(
        designProduct(9, index),
      );
  });

  it('refuses an assortment from which some product cannot be designed', () => {
    const design = (assortment: Partial<Assortment>) => () => designProduct(1, 0, assortment);
    expect(design({ colours: ['black', 'ink'] })).toThrow(/no second colour.*found "black"/);
    expect(design({ subcategories: ['denim skirt'], colours: ['red', 'white', 'yellow'] })).not.toThrow();
    expect(design({ subcategories: ['denim skirt'], colours: ['red', 'yellow'] })).toThrow(/denim skirt comes in/);
    expect(design({ subcategories: ['blazer'], patterns: ['floral'] })).toThrow(/blazer comes in.*add "plain"/);
    expect(design({ patterns: ['dots' as PatternName] })).toThrow(/does not know this pattern.*found "dots"/);
  });
});
