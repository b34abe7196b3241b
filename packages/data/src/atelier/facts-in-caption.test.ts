import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AtelierProduct, designProduct } from './design-product.ts';
import { type Fact, factsOf } from './facts.ts';
import { factsIn } from './facts-in-caption.ts';
import { type Mention, writeCaption } from './write-caption.ts';

const product = fc
  .tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 100_000 }))
  .map(([seed, index]) => designProduct(seed, index));

const keyOf = ({ aspect, value }: Fact): string => `${aspect} ${value}`;
const stated = (caption: string): string[] => factsIn(caption).map(keyOf);
const truth = (designed: AtelierProduct): string[] => factsOf(designed).map(keyOf);

/** The fact that the writer of the caption had in mind; cloth is none. */
function factMentioned(designed: AtelierProduct, { aspect }: Mention): string[] {
  switch (aspect) {
    case 'colour':
      return [`colour ${designed.colour}`];
    case 'secondColour':
      return [`colour ${designed.secondColour}`];
    case 'type':
      return [`type ${designed.subcategory}`];
    case 'pattern':
      return [`pattern ${designed.pattern}`];
    case 'fabric':
      return [];
    case 'motif':
      return [`part motif ${designed.motif}`];
    default:
      return [`part ${aspect} ${designed.features[aspect]}`];
  }
}

/** As a tokenizer of pieces decodes it: in lower case, with blanks around every sign. */
const decoded = (caption: string): string => caption.toLowerCase().replaceAll(/[^\sa-z]/g, ' $& ');

/**
 * Words that say two things: `an oversized striped shirt` may be wide or have wide stripes, a `hooded parka` is a
 * parka, with or without a hood, and a `star print` may be one star or many.
 */
const ambiguous = /oversized|hooded parka|star print(?! on the chest)/i;

describe('factsIn', () => {
  it('finds what an atelier caption mentions, and nothing else', () => {
    fc.assert(
      fc.property(product, fc.integer({ min: 0, max: 9 }), (designed, variant) => {
        const { caption, mentions } = writeCaption(designed, variant);
        fc.pre(!ambiguous.test(caption));
        const mentioned = [...new Set(mentions.flatMap((mention) => factMentioned(designed, mention)))];
        expect(stated(caption).sort()).toEqual(mentioned.sort());
        expect(stated(decoded(caption))).toEqual(stated(caption));
        expect(truth(designed)).toEqual(expect.arrayContaining(mentioned));
      }),
      { numRuns: 3000 },
    );
  });

  it('is almost never wrong where words say two things', () => {
    let [said, right, mentioned, found] = [0, 0, 0, 0];
    for (let index = 0; index < 5000; index++) {
      const designed = designProduct(11, index);
      const { caption, mentions } = writeCaption(designed);
      const facts = new Set(stated(caption));
      const known = new Set(mentions.flatMap((mention) => factMentioned(designed, mention)));
      said += facts.size;
      mentioned += known.size;
      for (const fact of facts) if (known.has(fact)) right++;
      for (const fact of known) if (facts.has(fact)) found++;
    }
    // Of 100,000 captions: 99.999 % and 99.991 %.
    expect(right / said).toBeGreaterThan(0.9995);
    expect(found / mentioned).toBeGreaterThan(0.9995);
  });

  it('reads whole phrases, the longest that fit together', () => {
    expect(stated('NAVY BLUE t-shirt')).toEqual(['colour navy', 'type t-shirt']);
    // A phrase does not go on after a comma: this is not navy blue.
    expect(stated('navy, blue')).toEqual(['colour navy']);
    expect(stated('sneakers with a black sole')).toEqual(['type sneakers', 'part sole black']);
    expect(stated('a roll-neck sweater')).toEqual(['type roll-neck sweater']);
    expect(stated('a roll-neck sweater dress')).toEqual(['part neckline turtle', 'type sweater dress']);
    expect(stated('a slim fit - and - flare dress')).toEqual(['part fit slim', 'type skater dress']);
    expect(stated('blackish, black-ish, un-plain, stripedness')).toEqual([]);
    expect(stated('')).toEqual([]);
  });

  it('counts a fact once', () => {
    expect(stated('Black dress shoes in jet black, and black again')).toEqual(['colour black']);
  });

  it('takes the meaning that the type can have', () => {
    expect(stated('joggers with side pockets')).toContain('part pockets slant');
    expect(stated('a wrap dress with side pockets')).toContain('part pockets sides');
    expect(stated('socks with an ankle length')).toContain('part shape ankle');
    expect(stated('palazzo pants with an ankle length')).toContain('part length ankle');
  });

  it('tells the size of a pattern from a wide cut', () => {
    expect(stated('an oversized shirt')).toEqual(['part fit relaxed', 'type shirt']);
    expect(stated('an oversized white striped shirt')).toContain('part fit relaxed');
    expect(stated('an oversized plain shirt')).toContain('part fit relaxed');
    for (const size of ['an oversized floral shirt', 'a shirt with oversized white stripes'])
      expect(stated(size)).not.toContain('part fit relaxed');
  });

  it('tells a motif on the chest from a pattern', () => {
    expect(stated('a t-shirt with a red star print on the chest')).toContain('part motif star');
    expect(stated('a t-shirt with a star graphic')).toContain('part motif star');
    expect(stated('a t-shirt with a star print')).toContain('pattern star');
  });
});

describe('factsOf', () => {
  it('lists each fact once, with everything that a caption can state', () => {
    fc.assert(
      fc.property(product, (designed) => {
        const facts = truth(designed);
        expect(new Set(facts).size).toBe(facts.length);
        expect(facts).toContain(`type ${designed.subcategory}`);
        for (const fact of facts) expect(fact).not.toMatch(/none|undefined/);
      }),
    );
  });
});
