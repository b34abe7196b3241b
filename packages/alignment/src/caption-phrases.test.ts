import { describe, expect, it } from '@jest/globals';
import { createTokenizer } from '@kaleido/tokenizer';
import { captionPhrases } from './caption-phrases.ts';

const words = [
  'a',
  'navy',
  't',
  '-',
  'shirt',
  'with',
  'patch',
  'pocket',
  '##s',
  '.',
  'women',
  "'",
  's',
  'the',
  'hip',
  ',',
];
const tokenizer = createTokenizer(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words]);

function phrasesOf(caption: string): string[][] {
  const { ids, wordStarts } = tokenizer.encode(caption);
  const phrases = captionPhrases(Int32Array.from(ids), Uint8Array.from(wordStarts), ids.length, tokenizer.vocabulary);
  return phrases.map((phrase) => phrase.map(({ text }) => text));
}

describe('captionPhrases', () => {
  it.each([
    [
      'A navy t-shirt with patch pockets',
      [
        ['navy', 't', 'shirt'],
        ['patch', 'pockets'],
      ],
    ],
    ['patch pockets, navy. the hip', [['patch', 'pockets'], ['navy'], ['hip']]],
    ["women's shirt", [['women', 's', 'shirt']]],
    ['with a the', []],
    ['. , .', []],
    ['', []],
    ['navy zzz shirt', [['navy'], ['shirt']]],
    ["women's navy patch t-shirt", [['women', 's'], ['navy'], ['patch'], ['t', 'shirt']]],
    ["women's navy t-shirt", [['women', 's', 'navy', 't', 'shirt']]],
    ['navy zzz patch hip shirt', [['navy'], ['patch', 'hip', 'shirt']]],
    ['a hip, navy patch hip shirt.', [['hip'], ['navy'], ['patch'], ['hip'], ['shirt']]],
    ["' navy - t", [['navy', 't']]],
    ['navy patch pockets', [['navy', 'patch', 'pockets']]],
  ])('of %j', (caption, expected) => expect(phrasesOf(caption)).toEqual(expected));

  it('names the pieces of each word', () => {
    const { ids, wordStarts } = tokenizer.encode('patch pockets');
    const [phrase] = captionPhrases(
      Int32Array.from(ids),
      Uint8Array.from(wordStarts),
      ids.length,
      tokenizer.vocabulary,
    );
    expect(phrase).toEqual([
      { start: 1, end: 2, text: 'patch' },
      { start: 2, end: 4, text: 'pockets' },
    ]);
  });
});
