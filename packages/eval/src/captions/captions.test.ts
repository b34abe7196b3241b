import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { captionMetrics, captionTokens, ptbTokens } from '../index.ts';

describe('ptbTokens', () => {
  it('takes any text, and gives lower-case tokens without blanks', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...` \t\n'"\`.,-!?()<>&;:/#@$%a1Zn’t“”½é衣👗`) }),
    );
    fc.assert(
      fc.property(text, (any) => {
        for (const token of ptbTokens(any)) {
          expect(token).not.toMatch(/^$|[ \t\r\n]/);
          expect(token).toBe(token.toLowerCase());
        }
      }),
      { numRuns: 500 },
    );
  });

  it('cuts plain words at blanks, whatever separates them', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcdefghij'), minLength: 3, maxLength: 8 });
    const blank = fc.constantFrom(' ', '\t', '\n', '\r', '\u000b', '\f', '\u2028', '\u00a0', '  ');
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), blank, (words, between) => {
        expect(ptbTokens(words.join(between))).toEqual(words);
      }),
    );
  });

  it('takes time in proportion to the text', () => {
    for (const part of ['a', '-', '.', '<a ', "n't", '(1', '&', 'a-', '1,', 'http://a', ' . ', 'x@', 'a.', '"']) {
      // Processor time: other processes do not add to it.
      const start = process.cpuUsage();
      ptbTokens(part.repeat(200_000 / part.length));
      const { user, system } = process.cpuUsage(start);
      // A quadratic rule takes minutes.
      expect([part, user + system < 10_000_000]).toEqual([part, true]);
    }
  });
});

describe('captionMetrics', () => {
  const items = [
    { candidate: 'A red dress with a bow.', references: ['A red dress with a bow!', 'A dress, red.'] },
    { candidate: '', references: ['Blue jeans'] },
    { candidate: 'Black boots', references: [''] },
  ];

  it('is best where a reference says the same, and finite for empty captions', () => {
    const { bleu, rougeL, ciderD, meteor, items: each } = captionMetrics(items);
    expect(each[0]).toMatchObject({ rougeL: 1, meteor: 1 });
    expect(each[0]!.bleu[3]).toBeCloseTo(1, 6);
    for (const score of [
      ...[...bleu, rougeL, ciderD, meteor],
      ...each.flatMap((one) => [...one.bleu, one.rougeL, one.ciderD, one.meteor]),
    ])
      expect(Number.isFinite(score)).toBe(true);
    expect(each[1]).toMatchObject({ rougeL: 0, ciderD: 0, meteor: 0 });
  });

  it('refuses no items, and an item without a reference', () => {
    expect(() => captionMetrics([])).toThrow(/@kaleido\/eval: there are no captions to score/);
    expect(() => captionMetrics([items[0]!, { candidate: 'x', references: [] }])).toThrow(
      /caption 2 of 2 has no reference, found "x"/,
    );
  });

  it('compares without punctuation', () => {
    expect(captionTokens('“Great fit!” - 50% off...')).toEqual(['great', 'fit', '50', '%', 'off']);
  });
});
