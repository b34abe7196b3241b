import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatPlace, parsePlace } from './place.ts';

describe('the place in the address', () => {
  it('is read back as it was written', () => {
    const texts = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(texts, fc.uniqueArray(fc.tuple(texts, texts), { selector: ([name]) => name }), (panel, settings) => {
        const place = { panel, settings: new Map(settings) };
        expect(parsePlace(formatPlace(place))).toEqual(place);
      }),
    );
  });

  it('of any address is a place', () => {
    for (const hash of ['', '#', '#/', '#/%', '#/%E0%A4%A?x=%', '#/see?caption=a%20dress&caption=b', '#?&=&'])
      expect(parsePlace(hash)).toMatchObject({ panel: expect.any(String) });
    expect(parsePlace('#/see?caption=a%20dress').settings.get('caption')).toBe('a dress');
  });
});
