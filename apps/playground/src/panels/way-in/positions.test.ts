import { describe, expect, it } from '@jest/globals';
import { nameOf, positionAt, segmentsOf, sequenceLength } from './positions.ts';

const pieces = ['[CLS]', 'red', '[SEP]'];
const named = (index: number): string | undefined => {
  const position = positionAt(pieces, index);
  return position === undefined ? undefined : nameOf(position);
};

describe('the sequence', () => {
  it('has the pieces, then the patches level by level, row by row', () => {
    expect(named(1)).toBe('“red”');
    expect(named(3)).toBe('the whole box, 1 × 1');
    expect(named(4)).toBe('patch 2 × 2, row 1, column 1');
    expect(named(6)).toBe('patch 2 × 2, row 2, column 1');
    expect(named(3 + 54)).toBe('patch 5 × 5, row 5, column 5');
    expect(named(3 + 55)).toBeUndefined();
    expect(named(-1)).toBeUndefined();
  });

  it('is covered by its segments', () => {
    let next = 0;
    for (const { start, length } of segmentsOf(7)) {
      expect(start).toBe(next);
      next += length;
    }
    expect(next).toBe(sequenceLength(7));
  });
});
