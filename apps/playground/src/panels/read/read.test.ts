import { describe, expect, it } from '@jest/globals';
import { levels } from '@kaleido/layout';
import fc from 'fast-check';
import { finePercent } from '../../parts/percent.ts';
import { classWords } from './class-words.ts';
import { attentionToPatches, levelHeat } from './level-heat.ts';
import { exampleText, isMaskedFrom, maskPart, putPiece, suggestText, textParts } from './masked-text.ts';
import { writtenWords } from './written-words.ts';

/** A piece that looked at the first patch by `value`. */
const piece = (text: string, value: number) => ({
  piece: text,
  attention: Float32Array.from({ length: 55 }, (_, at) => (at === 0 ? value : 0)),
});

describe('writtenWords', () => {
  it('joins pieces to words, and leaves signs out of their attention', () => {
    const pieces = [piece('a', 0.5), piece('v', 0.25), piece('-', 0), piece('ne', 0.5), piece('##ck', 0.25)];
    const words = writtenWords({ caption: 'a v-neck.', pieces: [...pieces, piece('.', 1)] });
    expect(words.map(({ text, signs }) => [text, signs])).toEqual([
      ['a', ''],
      ['v-neck', '.'],
    ]);
    expect(words.map(({ attention }) => attention?.[0])).toEqual([0.5, 0.25]);
  });

  it('takes a caption without pieces, and signs alone', () => {
    expect(writtenWords({ caption: 'a dress .', pieces: [] })).toEqual([
      { text: 'a', signs: '' },
      { text: 'dress', signs: '' },
      { text: '.', signs: '' },
    ]);
    expect(writtenWords({ caption: '', pieces: [] })).toEqual([]);
  });
});

describe('levelHeat', () => {
  it('is 1 for the most and 0 for the least of the level', () => {
    const attention = new Float32Array(55);
    attention.set([0.1, 0.2, 0.05, 0.15], 1);
    const { heat, most, least } = levelHeat(attention, levels[1]!);
    for (const [at, expected] of [1 / 3, 1, 0, 2 / 3].entries()) expect(heat[at]).toBeCloseTo(expected, 5);
    expect([most, least]).toEqual([Math.fround(0.2), Math.fround(0.05)]);
    expect(attentionToPatches(attention)).toBeCloseTo(0.5, 6);
  });

  it('is 1 for all where they are equal', () => {
    expect(levelHeat(new Float32Array(55).fill(0.01), levels[0]!).heat).toEqual([1]);
    expect(levelHeat(new Float32Array(55), levels[2]!).heat).toEqual(new Array(9).fill(1));
  });
});

describe('masked text', () => {
  const caption = 'A knee-length dress, sky blue.';

  it('is cut at blanks and signs, and nothing is lost', () => {
    expect(textParts('a [MASK]-neck [mask]').map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'word a',
      'between  ',
      'mask [MASK]',
      'between -',
      'word neck',
      'between  [',
      'word mask',
      'between ]',
    ]);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('[MASK]'))), (texts) => {
        const text = texts.join('');
        expect(
          textParts(text)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });

  it('gets a piece in place of a mask', () => {
    expect(putPiece(exampleText, 1, 'white')).toBe('a [MASK] dress with a white collar');
    expect(putPiece('shoe [MASK].', 0, '##s')).toBe('shoes.');
    expect(putPiece('no mask', 0, 'x')).toBe('no mask');
  });

  it('begins with the word that tells most', () => {
    expect(suggestText(caption, ['Sky', 'dress'])).toBe('A knee-length dress, [MASK] blue.');
    expect(suggestText(caption, ['red', 'dress'])).toBe('A knee-length [MASK], sky blue.');
    expect(suggestText(caption, ['red'])).toBe('A knee-[MASK] dress, sky blue.');
    expect(suggestText('a jacket with long sleeves', [])).toBe('a [MASK] with long sleeves');
    expect(suggestText('sleeves', [])).toBe('[MASK]');
    expect(suggestText('', ['red'])).toBe(exampleText);
  });

  it('is told from a text of its own', () => {
    const word = textParts(caption)[4]!;
    expect(isMaskedFrom(maskPart(caption, word), caption)).toBe(true);
    expect(isMaskedFrom(exampleText, caption)).toBe(false);
    expect(isMaskedFrom(caption.replace('sky', 'navy'), caption)).toBe(false);
  });
});

it('class names are shown as words', () => {
  expect(['colourBlock', 'polkaDot', 'trench coat', 't-shirt', 'two_buttons', 'v'].map(classWords)).toEqual([
    'colour block',
    'polka dot',
    'trench coat',
    't-shirt',
    'two buttons',
    'V',
  ]);
});

describe('finePercent', () => {
  it('says neither sure nor impossible of what is not', () => {
    const values = [0, 0.0004, 0.001, 0.05, 0.1, 0.456, 0.99, 0.9981, 0.9996, 1];
    expect(values.map(finePercent)).toEqual([
      '0.0 %',
      '< 0.1 %',
      '0.1 %',
      '5.0 %',
      '10 %',
      '46 %',
      '99.0 %',
      '99.8 %',
      '> 99.9 %',
      '100 %',
    ]);
  });
});
