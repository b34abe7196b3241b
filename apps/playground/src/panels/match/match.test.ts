import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { GalleryItem } from '../../state/gallery.ts';
import { fewestCaptions, formatOthers, mostCaptions, parseOthers, suggestedOthers } from './captions.ts';
import { rankAll, rerank } from './rank.ts';

const item = (id: string, captionVector: readonly number[]): GalleryItem => ({
  id,
  caption: `caption ${id}`,
  image: '',
  category: '',
  subcategory: '',
  colour: '',
  imageVector: captionVector,
  captionVector,
});

describe('captions in the address', () => {
  it('are read back, and are never too many or too few', () => {
    const lines = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.array(lines, { minLength: 2, maxLength: 5 }), (others) => {
        expect(parseOthers(formatOthers(others))).toEqual(others);
      }),
    );
    expect(parseOthers(undefined)).toBeUndefined();
    expect(parseOthers('')).toHaveLength(fewestCaptions - 1);
    expect(parseOthers('a\n'.repeat(50))).toHaveLength(mostCaptions - 1);
    expect(formatOthers(['a red\r\n dress', 'b'])).toBe('a red dress\nb');
  });

  it('begin with two near ones and a far one', () => {
    const items = [
      item('a', [1, 0]),
      item('b', [-1, 0]),
      item('c', [0.9, 0.1]),
      item('d', [0, 1]),
      item('e', [0.8, 0]),
    ];
    expect(suggestedOthers('a', items)).toEqual(['caption c', 'caption e', 'caption b']);
    expect(suggestedOthers('own-1', items)).toEqual(['caption a', 'caption b', 'caption c']);
    expect(suggestedOthers('a', items.slice(0, 2))).toEqual(['caption b', '']);
    expect(suggestedOthers('a', [])).toEqual(['', '']);
  });
});

describe('a search in two stages', () => {
  const candidates = [
    { id: 'far', vector: [0, 1] },
    { id: 'near', vector: [1, 0] },
    { id: 'middle', vector: [0.6, 0.8] },
    { id: 'of another model', vector: [1, 0, 0] },
  ];

  it('orders all by their dot product', () => {
    const ranked = rankAll(candidates, [1, 0]);
    expect(ranked.map(({ item: { id }, similarity, first }) => [id, similarity, first])).toEqual([
      ['near', 1, 0],
      ['middle', 0.6, 1],
      ['far', 0, 2],
    ]);
    expect(rankAll([], [1, 0])).toEqual([]);
    expect(rankAll(candidates, undefined).map(({ item: { id } }) => id)).toEqual(candidates.map(({ id }) => id));
  });

  it('orders the first ones again by both scores, of which the similarity weighs more', () => {
    const close = [...candidates, { id: 'close', vector: [0.98, 0.2] }];
    const ranked = rankAll(close, [1, 0]);
    const order = (matches: readonly (readonly [string, number])[]) =>
      rerank(ranked, new Map(matches)).map(({ item: { id }, first, match }) => [id, first, match]);
    // Almost equally similar: the matching head decides.
    expect(
      order([
        ['near', 0.01],
        ['close', 0.99],
        ['middle', 0.5],
      ]),
    ).toEqual([
      ['close', 1, 0.99],
      ['near', 0, 0.01],
      ['middle', 2, 0.5],
      ['far', 3, undefined],
    ]);
    // Far less similar: it does not.
    expect(
      order([
        ['near', 0.4],
        ['middle', 0.9],
      ])[0],
    ).toEqual(['near', 0, 0.4]);
    expect(order([['near', 1]])[0]).toEqual(['near', 0, 1]);
    expect(rerank(ranked, new Map())).toEqual(ranked);
  });
});
