import { describe, expect, it } from '@jest/globals';
import type { ReadWord } from '@kaleido/insight';
import { patchCount } from '@kaleido/layout';
import {
  alignmentLinks,
  attentionLinks,
  exampleWord,
  fullValue,
  namedProbability,
  namingLinks,
  patchesOf,
  strongest,
  wordsOf,
} from './links.ts';

/** "a ballerinas, red": the second word has two pieces. */
const words: readonly ReadWord[] = [
  { start: 1, end: 2, from: 0, to: 1, text: 'a', masked: false },
  { start: 2, end: 4, from: 2, to: 12, text: 'ballerinas', masked: false },
  { start: 4, end: 5, from: 12, to: 13, text: 'red', masked: false },
];

describe('links by alignment', () => {
  const links = alignmentLinks(words, [
    { token: 2, patch: 6, weight: 0.5 },
    { token: 3, patch: 6, weight: 0.75 },
    { token: 4, patch: 40, weight: 0.25 },
    { token: 0, patch: 7, weight: 1 },
  ]);

  it('take the best of a word’s pieces, and nothing of special pieces', () => {
    expect(patchesOf(links, 1)[6]).toBe(0.75);
    expect([...wordsOf(links, 40)]).toEqual([0, 0, 0.25]);
    expect([...wordsOf(links, 7)]).toEqual([0, 0, 0]);
    expect(exampleWord(links)).toBe(1);
  });

  it('show a confidence as it is', () => expect(fullValue('alignment', patchesOf(links, 1))).toBe(1));
});

describe('links by attention', () => {
  const T = 6;
  const S = T + patchCount;
  const attention = new Float32Array(2 * S * S);
  const set = (head: number, row: number, column: number, value: number): void => {
    attention[(head * S + row) * S + column] = value;
  };
  // Pieces 2 and 3 look at patch 10; patch 10 looks at them.
  set(0, 2, T + 10, 0.2);
  set(0, 3, T + 10, 0.4);
  set(1, 2, T + 10, 0.6);
  set(1, T + 10, 2, 0.1);
  set(1, T + 10, 3, 0.2);
  const read = { caption: { ids: new Int32Array(T) }, attentions: [attention], heads: 2 };
  const value = (source: 'words-look' | 'patches-look', head: number | undefined, layer = 0): number | undefined =>
    patchesOf(attentionLinks(words, read, { layer, head }, source), 1)[10];

  it('are the mean over the pieces that look', () => {
    expect(value('words-look', 0)).toBeCloseTo(0.3);
    expect(value('words-look', 1)).toBeCloseTo(0.3);
    expect(value('words-look', undefined)).toBeCloseTo(0.3);
  });

  it('are the sum over the pieces that are looked at', () => {
    expect(value('patches-look', 0)).toBe(0);
    expect(value('patches-look', 1)).toBeCloseTo(0.3);
    expect(value('patches-look', undefined)).toBeCloseTo(0.15);
  });

  it('of a layer that the model does not have are none', () => expect(value('words-look', 0, 7)).toBe(0));
});

describe('links by naming', () => {
  // The second word is masked in the caption: it has no row.
  const named = { words: [{ start: 1 }, { start: 4 }], probabilities: [0.9, 0.2], relevance: new Float32Array(110) };
  named.relevance[55 + 3] = -0.5;
  named.relevance[55 + 4] = 0.25;

  it('keep their signs and their words', () => {
    const links = namingLinks(words, named);
    expect([...wordsOf(links, 3)]).toEqual([0, 0, -0.5]);
    expect(strongest(patchesOf(links, 2), 0.5, 3)).toEqual([3, 4]);
    expect(strongest(patchesOf(links, 2), 0.5, 3, 4, 10)).toEqual([4]);
    expect(words.map((word) => namedProbability(word, named))).toEqual([0.9, undefined, 0.2]);
  });

  it('are pale where hardly anything depends on a patch', () => {
    expect(fullValue('naming', Float32Array.of(0.001, -0.002))).toBe(0.02);
    expect(fullValue('naming', Float32Array.of(0.1, -0.5))).toBe(0.5);
    expect(strongest(Float32Array.of(0.0005, 0), 0.02, 3)).toEqual([]);
  });
});
