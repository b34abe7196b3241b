import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTokenizer, joinSigns, trainWordPieceVocabulary } from './index.ts';

describe('joinSigns', () => {
  it.each([
    ['a v - neck dress with a knee - length hem.', 'a v-neck dress with a knee-length hem.'],
    ['a t - shirt - dress', 'a t-shirt-dress'],
    ['1 / 2 sleeves, black / white', '1/2 sleeves, black/white'],
    ["women ' s jeans that don ' t fade", "women's jeans that don't fade"],
    ['women ’ s jeans', 'women’s jeans'],
    ["d ' orsay heels", "d'orsay heels"],
    ["o ' neill", "o'neill"],
    ["boys ' shorts", "boys' shorts"],
    ['chino shorts : slim fit ; turn - ups', 'chino shorts: slim fit; turn-ups'],
    ['frühjahr - sommer', 'frühjahr-sommer'],
  ])('writes %j as %j', (text, joined) => {
    expect(joinSigns(text)).toBe(joined);
  });

  it.each(['', 'plain', '- neck', 'neck -', "a ' quoted ' word", 'a - - b', 'a & b', 'v-neck', '( - )'])(
    'leaves %j',
    (text) => {
      expect(joinSigns(text)).toBe(text);
    },
  );

  it('changes no piece of a decoded text, and nothing that is joined already', () => {
    const signs = ["v - neck / women ' s ; a : b . c"];
    const tokenizer = createTokenizer(trainWordPieceVocabulary(signs, { size: 60 }));
    const pieces = fc.integer({ min: 5, max: tokenizer.vocabularySize - 1 });
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (ids) => {
        const text = tokenizer.decode(ids);
        const joined = joinSigns(text);
        expect(tokenizer.encode(joined).tokens).toEqual(tokenizer.encode(text).tokens);
        expect(joinSigns(joined)).toBe(joined);
      }),
    );
  });
});
