import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CaptionFact, captionFacts } from '../index.ts';

const navy: CaptionFact = { aspect: 'colour', value: 'navy' };
const white: CaptionFact = { aspect: 'colour', value: 'white' };
const red: CaptionFact = { aspect: 'colour', value: 'red' };
const shirt: CaptionFact = { aspect: 'type', value: 'shirt' };
const short: CaptionFact = { aspect: 'part', value: 'sleeve short' };

describe('captionFacts', () => {
  it('counts over all captions, by aspect and over all', () => {
    const figures = captionFacts([
      // Said twice, it counts once.
      { said: [navy, navy, red, shirt], truth: [navy, white, shirt] },
      { said: [], truth: [red, shirt] },
    ]);
    expect(figures.captions).toBe(2);
    expect(figures.byAspect.colour).toEqual({ said: 2, right: 1, truth: 3, precision: 50, recall: 100 / 3 });
    expect(figures.byAspect.type).toEqual({ said: 1, right: 1, truth: 2, precision: 100, recall: 50 });
    // 3 said, of which 2 are among 5 true ones.
    expect(figures).toMatchObject({ said: 3, right: 2, truth: 5, precision: 200 / 3, recall: 40 });
  });

  it('has no share of nothing', () => {
    expect(captionFacts([])).toEqual({
      captions: 0,
      said: 0,
      right: 0,
      truth: 0,
      byAspect: {
        colour: { said: 0, right: 0, truth: 0 },
        type: { said: 0, right: 0, truth: 0 },
        pattern: { said: 0, right: 0, truth: 0 },
        part: { said: 0, right: 0, truth: 0 },
      },
    });
    const { byAspect } = captionFacts([{ said: [short], truth: [navy] }]);
    expect(byAspect.part).toEqual({ said: 1, right: 0, truth: 0, precision: 0 });
    expect(byAspect.colour).toEqual({ said: 0, right: 0, truth: 1, recall: 0 });
  });

  it('tells a value of one aspect from the same value of another', () => {
    const said: CaptionFact = { aspect: 'colour', value: 'star' };
    expect(captionFacts([{ said: [said], truth: [{ aspect: 'pattern', value: 'star' }] }]).right).toBe(0);
  });

  it('is 100 for captions that say exactly what is true, and within 0..100 for others', () => {
    const fact = fc.record({
      aspect: fc.constantFrom('colour', 'type', 'pattern', 'part'),
      value: fc.constantFrom('a', 'b', 'c', '__proto__'),
    });
    const facts = fc.array(fact, { minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.record({ said: facts, truth: facts }), { minLength: 1 }), (items) => {
        const same = captionFacts(items.map(({ said }) => ({ said, truth: said })));
        expect([same.precision, same.recall]).toEqual([100, 100]);
        const { byAspect, ...all } = captionFacts(items);
        for (const figures of [all, ...Object.values(byAspect)])
          for (const share of [figures.precision ?? 0, figures.recall ?? 0]) {
            expect(share).toBeGreaterThanOrEqual(0);
            expect(share).toBeLessThanOrEqual(100);
          }
      }),
    );
  });
});
