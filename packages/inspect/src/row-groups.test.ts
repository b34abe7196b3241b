import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { equalRows, RowGroups } from './row-groups.ts';
import { TextList } from './text-list.ts';

describe('rows', () => {
  it('with equal numbers are groups, the largest first', () => {
    expect(equalRows(BigUint64Array.of(5n, 1n, 5n, 2n, 1n, 5n, 3n))).toEqual([
      [0, 2, 5],
      [1, 4],
    ]);
    expect(equalRows(new BigUint64Array(0))).toEqual([]);
  });

  it('are joined through others', () => {
    const groups = new RowGroups(6);
    groups.join(4, 2);
    groups.join(0, 5);
    groups.join(2, 5);
    expect(groups.groups()).toEqual([[0, 2, 4, 5]]);
  });
});

describe('TextList', () => {
  it('gives back all texts', () =>
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 40 }), (texts) => {
        const list = new TextList();
        for (const text of texts) list.add(text);
        expect(texts.map((_, index) => list.get(index))).toEqual(texts);
      }),
    ));

  it('grows', () => {
    const list = new TextList();
    const text = (index: number): string => `${index}${'é'.repeat(index % 90)}`;
    for (let index = 0; index < 3000; index++) list.add(text(index));
    for (const index of [0, 1, 1023, 1024, 2999]) expect(list.get(index)).toBe(text(index));
  });
});
