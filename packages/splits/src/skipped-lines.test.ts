import { describe, expect, it } from '@jest/globals';
import { notedLines, skippedLines } from './skipped-lines.ts';

describe('skippedLines', () => {
  it('gives each kind of reason with its count, first ids and first full reason', () => {
    const rows = [1, 2, 3, 4, 5].map((row) => ({
      id: `p${row}`,
      reason: `row ${row} has no image`,
      kind: 'has no image',
    }));
    const image = { id: '7', reason: '@kaleido/kaleido-patches: cannot decode the image 7, found "no bytes"' };
    expect(skippedLines([image, ...rows])).toEqual([
      '  5 left out: has no image (p1, p2, p3 and 2 more)',
      '    the first: row 1 has no image',
      '  1 left out: cannot decode the image ..., found "no bytes" (7)',
      '    the first: cannot decode the image 7, found "no bytes"',
    ]);
    expect(skippedLines([])).toEqual([]);
  });

  it('counts the rest after eight kinds', () => {
    const rows = Array.from({ length: 11 }, (_, index) => ({ id: 'a', reason: `reason ${index}` }));
    const lines = skippedLines(rows);
    expect(lines).toHaveLength(17);
    expect(lines.at(-1)).toBe('  3 left out for 3 further reasons');
  });

  it('removes control characters from names', () => {
    const lines = skippedLines([{ id: 'a\u001b[2J\r\nb', reason: 'bad\u0007', kind: 'is bad' }]);
    expect(lines).toEqual(['  1 left out: is bad (a?[2J b)', '    the first: bad?']);
  });
});

describe('notedLines', () => {
  it('gives each note with its count and first ids', () => {
    const noted = ['a', 'b', 'c', 'd'].map((id) => ({ id, note: 'wrong scan parameters' }));
    expect(notedLines([...noted, { id: 'e', note: 'another' }])).toEqual([
      '  4 decoded with a note: wrong scan parameters (a, b, c and 1 more)',
      '  1 decoded with a note: another (e)',
    ]);
  });
});
