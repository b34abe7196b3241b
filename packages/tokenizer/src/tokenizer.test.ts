import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTokenizer, sliceOffsets, specialTokens, trainWordPieceVocabulary } from './index.ts';

const pieces = [...specialTokens, 'red', 'dress', '##es', 'with', 'a', 'sep', '[', ']', 'belt', '.'];
const tokenizer = createTokenizer(pieces);
const id = (piece: string): number => pieces.indexOf(piece);

describe('encode', () => {
  it('wraps the pieces, marks word starts and keeps offsets', () => {
    const encoded = tokenizer.encode('Red DRESSES.', { maximumLength: 8, pad: true });
    expect([...encoded.ids]).toEqual([2, id('red'), id('dress'), id('##es'), id('.'), 3, 0, 0]);
    expect([...encoded.mask]).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
    expect([...encoded.wordStarts]).toEqual([0, 1, 1, 0, 1, 0, 0, 0]);
    expect(encoded.tokens.slice(0, 6)).toEqual(['[CLS]', 'red', 'dress', '##es', '.', '[SEP]']);
    expect(encoded.offsets.slice(1, 5)).toEqual([
      [0, 3],
      [4, 9],
      [9, 11],
      [11, 12],
    ]);
  });

  it('gives [CLS] [SEP] for an empty caption', () => {
    expect([...tokenizer.encode('').ids]).toEqual([2, 3]);
    expect([...tokenizer.encode(' \u200b\n').ids]).toEqual([2, 3]);
  });

  it('treats a literal [SEP] as text by default', () => {
    expect(tokenizer.encode('a [SEP]').tokens).toEqual(['[CLS]', 'a', '[', 'sep', ']', '[SEP]']);
    const special = createTokenizer(pieces, { specialTokensInText: 'special' });
    expect(special.encode('a [SEP]').tokens).toEqual(['[CLS]', 'a', '[SEP]', '[SEP]']);
  });

  it('keeps the beginning or the end of a long text', () => {
    const text = 'a red dress with a belt';
    expect(tokenizer.encode(text, { maximumLength: 4 }).tokens).toEqual(['[CLS]', 'a', 'red', '[SEP]']);
    expect(tokenizer.encode(text, { maximumLength: 4, cutSide: 'left' }).tokens).toEqual([
      '[CLS]',
      'a',
      'belt',
      '[SEP]',
    ]);
    expect(tokenizer.encode(text, { maximumLength: 2 }).tokens).toEqual(['[CLS]', '[SEP]']);
  });

  it('converts offsets to positions in the string, also after emoji', () => {
    const text = '👗 red';
    const { offsets } = tokenizer.encode(text);
    const [begin, end] = sliceOffsets(text, offsets)[2] as [number, number];
    expect(offsets[2]).toEqual([2, 5]);
    expect(text.slice(begin, end)).toBe('red');
  });

  it.each([
    [{ maximumLength: 1 }, 'maximumLength must be a whole number from 2 up, the special pieces included, found 1'],
    [{ maximumLength: 3.5 }, 'found 3.5'],
    [{ pad: true }, 'pad needs a maximumLength'],
  ])('refuses %j', (options, message) => {
    expect(() => tokenizer.encode('red', options)).toThrow(message);
  });

  it('is consistent for any text: offsets ascend, and decoded text encodes to the same ids', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const { ids, offsets, mask, wordStarts } = tokenizer.encode(text);
        expect(ids[0]).toBe(2);
        expect(ids.at(-1)).toBe(3);
        expect(mask.every((value) => value === 1)).toBe(true);
        if (ids.length > 2) expect(wordStarts[1]).toBe(1);
        const length = [...text].length;
        let last = 0;
        for (const [begin, end] of offsets.slice(1, -1)) {
          expect(begin).toBeGreaterThanOrEqual(last === 0 ? 0 : last - 1);
          expect(end).toBeLessThanOrEqual(length);
          last = end;
        }
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom('red', 'dress', 'dresses', 'with', 'a', 'belt', '.')), (words) => {
        const { ids } = tokenizer.encode(words.join(' '));
        expect(tokenizer.encode(tokenizer.decode(ids)).ids).toEqual(ids);
      }),
    );
  });
});

describe('a pair', () => {
  it('has type ids, and is refused if a strategy cannot fit it', () => {
    const pair = tokenizer.encodePair('red dress', 'belt', { maximumLength: 7, pad: true });
    expect(pair.tokens).toEqual(['[CLS]', 'red', 'dress', '[SEP]', 'belt', '[SEP]', '[PAD]']);
    expect([...pair.typeIds]).toEqual([0, 0, 0, 0, 1, 1, 0]);
    expect(pair.sequence).toEqual([null, 0, 0, null, 1, null, null]);
    expect(() => tokenizer.encodePair('red', 'a a a a', { maximumLength: 5, strategy: 'onlyFirst' })).toThrow(
      'strategy "onlyFirst" cannot fit texts of 1 and 4 pieces into 2',
    );
  });
});

describe('a vocabulary', () => {
  it('is unchanged after a round trip as text, also with Windows line ends', () => {
    const text = tokenizer.toVocabularyText();
    expect(createTokenizer(text).vocabulary).toEqual(pieces);
    expect(createTokenizer(text.replaceAll('\n', '\r\n')).vocabulary).toEqual(pieces);
  });

  it.each([
    [['[PAD]', '[UNK]', '[CLS]', '[SEP]'], 'lacks [MASK]'],
    [[...pieces, 'red'], 'holds a piece twice, as ids 5 and 15, found "red"'],
    [[...pieces, ''], 'of id 15 (line 16 of a vocab.txt) is empty'],
  ])('is refused when broken', (broken, message) => {
    expect(() => createTokenizer(broken)).toThrow(message);
    expect(() => createTokenizer(broken.map((piece) => `${piece}\n`).join(''))).toThrow(message);
  });

  it('names ids outside it', () => {
    expect(() => tokenizer.decode([2, 15])).toThrow(
      '@kaleido/tokenizer: ids must lie in a vocabulary of 15 pieces, found 15',
    );
  });
});

describe('trainWordPieceVocabulary', () => {
  it('merges by hand-counted frequency', () => {
    // Words: hug x4, pug x2, hugs x1. Pairs: (##u,##g) 7, (h,##u) 5, (p,##u) 2, (##g,##s) 1.
    const captions = ['hug hug', 'pug', 'hug pug hug hugs'];
    const trained = trainWordPieceVocabulary(captions, { size: 100, minimumFrequency: 2 });
    const characters = ['g', 'h', 'p', 's', 'u', '##g', '##s', '##u'];
    // After ##ug: (h,##ug) 5, (p,##ug) 2, (##ug,##s) 1, which is below the minimum.
    expect(trained).toEqual([...specialTokens, ...characters, '##ug', 'hug', 'pug']);
  });

  it('counts overlapping pairs correctly', () => {
    // aaaa x3: (a,##a) 3, (##a,##a) 6 -> ##aa; then a ##aa ##a: (a,##aa) 3 before (##aa,##a) 3, by the smaller id.
    expect(trainWordPieceVocabulary(['aaaa aaaa aaaa'], { size: 100 })).toEqual([
      ...specialTokens,
      'a',
      '##a',
      '##aa',
      'aaa',
      'aaaa',
    ]);
  });

  it('stops at the size, and prefers older pieces in ties', () => {
    const trained = trainWordPieceVocabulary(['ab cd ab cd'], { size: 12 });
    expect(trained).toEqual([...specialTokens, 'a', 'b', 'c', 'd', '##b', '##d', 'ab']);
  });

  it('does not depend on the order of the captions, and knows every word it was trained on', () => {
    const caption = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        fc.array(caption, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 11, max: 40 }),
        (words, size) => {
          const captions = words.map((line) => line.join(' '));
          const trained = trainWordPieceVocabulary(captions, { size });
          expect(trainWordPieceVocabulary([...captions].reverse(), { size })).toEqual(trained);
          expect(trained.length).toBeLessThanOrEqual(size);
          expect(new Set(trained).size).toBe(trained.length);
          const unknown = createTokenizer(trained).specialTokenIds.unknown;
          for (const line of captions) expect([...createTokenizer(trained).encode(line).ids]).not.toContain(unknown);
        },
      ),
    );
  });

  it('keeps the most frequent characters if the alphabet is limited', () => {
    const trained = trainWordPieceVocabulary(['aab aac'], { size: 50, alphabetLimit: 1 });
    expect(trained).toEqual([...specialTokens, 'a', '##a', 'aa']);
  });

  it.each([
    [[], { size: 100 }, 'the captions hold no word'],
    [['', ' \t'], { size: 100 }, 'the captions hold no word'],
    [['abc'], { size: 9 }, 'a vocabulary of 9 pieces has no room for the 10 special pieces and characters'],
    [['abc'], { size: 0 }, 'size must be a whole number from 1 up, found 0'],
    [['abc'], { size: 20, minimumFrequency: 0 }, 'minimumFrequency must be a whole number from 1 up'],
  ])('refuses %j with %j', (captions, options, message) => {
    expect(() => trainWordPieceVocabulary(captions, options)).toThrow(message);
  });
});
