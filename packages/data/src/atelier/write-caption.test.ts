import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { colours } from './colours.ts';
import { designProduct } from './design-product.ts';
import { garmentKinds } from './garment-kinds.ts';
import { writeCaption } from './write-caption.ts';

const product = fc
  .tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 100_000 }))
  .map(([seed, index]) => designProduct(seed, index));

describe('writeCaption', () => {
  it('writes 1-3 sentences and marks words in them, in order and without overlap', () => {
    fc.assert(
      fc.property(product, (designed) => {
        const { caption, mentions } = writeCaption(designed);
        const sentences = caption.split(/(?<=\.) /);
        expect(sentences.length).toBeGreaterThanOrEqual(1);
        expect(sentences.length).toBeLessThanOrEqual(3);
        for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*[a-zA-Z]\.$/);
        expect(caption).not.toMatch(/ {2}| [.,:]|undefined/);
        // "a one-button front": what counts is the sound.
        expect(caption).not.toMatch(/\ba (?!one|eu)[aeio]|\ban (?:one|uni|[^aeiou])/i);
        let end = 0;
        for (const mention of mentions) {
          expect(mention.start).toBeGreaterThanOrEqual(end);
          expect(caption.slice(mention.start, mention.end)).toMatch(/^\S.*\S$/);
          end = mention.end;
        }
        expect(end).toBeLessThan(caption.length);
      }),
      { numRuns: 400 },
    );
  });

  it('describes type and colour of the whole garment in their own words', () => {
    fc.assert(
      fc.property(product, (designed) => {
        const { caption, mentions } = writeCaption(designed);
        const words = (aspect: string): string[] =>
          mentions
            .filter((mention) => mention.aspect === aspect)
            .map(({ start, end }) => caption.slice(start, end).toLowerCase());
        const types = words('type');
        expect(types).toHaveLength(1);
        expect(garmentKinds[designed.subcategory].words.map((word) => word.toLowerCase())).toContain(types[0]);
        for (const colour of words('colour')) expect(colours[designed.colour].words).toContain(colour);
        expect(mentions.find(({ aspect }) => aspect === 'type')?.part).toBe('body');
      }),
    );
  });

  it('describes a product the same way in the same variant, in other words in another', () => {
    const designed = designProduct(3, 14);
    const captions = Array.from({ length: 20 }, (_, variant) => writeCaption(designed, variant).caption);
    expect(new Set(captions).size).toBeGreaterThan(15);
    expect(writeCaption(designed, 7)).toEqual(writeCaption(designed, 7));
  });

  it('rarely gives two products of one kind the same caption', () => {
    const captions = Array.from(
      { length: 400 },
      (_, index) => writeCaption(designProduct(1, index, { subcategories: ['t-shirt'] })).caption,
    );
    expect(new Set(captions).size).toBeGreaterThan(385);
  });

  it('has no word that is used for two types or colours', () => {
    const types = Object.values(garmentKinds).flatMap(({ words }) => [
      ...new Set(words.map((word) => word.toLowerCase())),
    ]);
    expect(types.filter((word, index) => types.indexOf(word) !== index)).toEqual([]);
    const names = Object.values(colours).flatMap(({ words }) => [...words]);
    expect(names.filter((word, index) => names.indexOf(word) !== index)).toEqual([]);
  });
});
