import { describe, expect, it } from '@jest/globals';
import { summariseSkipped } from './summarise-skipped.ts';

describe('summariseSkipped', () => {
  const row = (id: string, place: number, kind: string): { id: string; reason: string; kind: string } => ({
    id,
    reason: `row ${place} has ${kind}`,
    kind: `has ${kind}`,
  });

  it('counts by kind, the most common first, and keeps the first of each', () => {
    const skipped = [row('a', 1, 'no text'), ...[1, 2, 3, 4].map((place) => row(`b${place}`, place, 'no image'))];
    expect(summariseSkipped(skipped)).toEqual([
      { kind: 'has no image', count: 4, examples: skipped.slice(1, 4) },
      { kind: 'has no text', count: 1, examples: [skipped[0]] },
    ]);
    expect(summariseSkipped(skipped, 1)[0]!.examples).toEqual([skipped[1]]);
    expect(summariseSkipped([])).toEqual([]);
  });

  it('removes the id, as a separate word, from a reason without a kind', () => {
    const reason = (id: string): { id: string; reason: string } => ({
      id,
      reason: `cannot decode the image ${id}, found "70 x 7000 pixels"`,
    });
    expect(summariseSkipped([reason('7'), reason('7.5 (b)'), reason('train-000001/7'), reason('')])).toEqual([
      {
        kind: 'cannot decode the image ..., found "70 x 7000 pixels"',
        count: 3,
        examples: [reason('7'), reason('7.5 (b)'), reason('train-000001/7')],
      },
      { kind: reason('').reason, count: 1, examples: [reason('')] },
    ]);
  });
});
