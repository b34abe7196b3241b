import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NeighbourCounts, wordFigures } from '../index.ts';

const V = 12;
/** [CLS] 1, [SEP] 2, pieces from 3. */
const captions = ['1 3 4 5 2', '1 3 4 6 2', '1 3 7 5 2', '1 3 4 5 2'].map((text) =>
  Int32Array.from(text.split(' '), Number),
);
const counts = NeighbourCounts.of(captions, V);

describe('NeighbourCounts', () => {
  it('takes what stood between the two, then what stood beside one, then the commonest', () => {
    expect(counts.guess(3, 5, 4).piece).toBe(4);
    expect(counts.guess(7, 2, 5).piece).toBe(5);
    // 9 was never seen: only the left side helps.
    expect(counts.guess(4, 9, 5).piece).toBe(5);
    expect(counts.guess(9, 6, 4).piece).toBe(4);
    expect(counts.guess(9, 9, 4).piece).toBe(3);
    expect(counts.guessCommonest(4).piece).toBe(3);
  });

  it('gives probabilities by the stated formula', () => {
    // 12 pieces; 4 stood three times: (3 + 1) / (12 + 12).
    expect(counts.guessCommonest(4).probability).toBeCloseTo(4 / 24, 12);
    // Between 3 and 5: 4 twice and 7 once. After 3: 4 three times of four. Before 5: 4 twice of three.
    const share = 4 / 24;
    const sides = ((3 + share) / 5 + (2 + share) / 4) / 2;
    expect(counts.guess(3, 5, 4).probability).toBeCloseTo((2 + sides) / 4, 12);
  });

  it('gives a distribution, whatever the context', () => {
    const neighbour = fc.integer({ min: 0, max: V - 1 });
    fc.assert(
      fc.property(neighbour, neighbour, (left, right) => {
        const all = Array.from({ length: V }, (_, piece) => counts.guess(left, right, piece));
        expect(all.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
        const best = Math.max(...all.map(({ probability }) => probability));
        expect(all[all[0]!.piece]!.probability).toBe(best);
      }),
    );
  });

  it('is the same from its triples', () => {
    const again = new NeighbourCounts(counts.triples, V);
    expect(again.guess(3, 5, 4)).toEqual(counts.guess(3, 5, 4));
    expect(NeighbourCounts.of([...captions].reverse(), V).triples).toEqual(counts.triples);
  });

  it('counts nothing of empty captions', () => {
    const none = NeighbourCounts.of([Int32Array.from([1, 2]), new Int32Array(0)], V);
    expect(none.triples).toHaveLength(0);
    expect(none.guess(3, 4, 5).probability).toBeCloseTo(1 / V, 12);
  });
});

describe('wordFigures', () => {
  const answers = (pieces: number[], losses: number[]) => ({
    pieces: Int32Array.from(pieces),
    losses: Float32Array.from(losses),
  });
  const masked = {
    captions: 2,
    truth: Int32Array.from([4, 5, 6, 5]),
    left: Int32Array.from([3, 4, 4, 7]),
    right: Int32Array.from([5, 2, 2, 2]),
    aspects: ['colour', 'type', 'colour', undefined],
  };
  const given = {
    ownPhotograph: answers([4, 5, 6, 3], [0.5, 0.5, 0.25, 2.75]),
    otherPhotograph: answers([4, 3, 3, 3], [1, 1, 1, 1]),
    noPhotograph: answers([3, 3, 3, 3], [2, 2, 2, 2]),
  };

  it('gives shares in per cent and mean losses, by what is shown and by aspect', () => {
    const figures = wordFigures(masked, given, counts);
    expect(figures).toMatchObject({
      captions: 2,
      pieces: 4,
      accuracy: 75,
      crossEntropy: 1,
      otherPhotograph: { accuracy: 25, crossEntropy: 1 },
      noPhotograph: { accuracy: 0, crossEntropy: 2 },
    });
    expect(Object.keys(figures.byAspect ?? {})).toEqual(['colour', 'type', 'none']);
    expect(figures.byAspect?.colour).toMatchObject({ pieces: 2, accuracy: 100, otherPhotograph: { accuracy: 50 } });
    // 4 between 3 and 5, 5 between 4 and [SEP], 5 for the third, 5 between 7 and [SEP].
    expect(figures.neighbours?.accuracy).toBe(75);
    expect(figures.commonest?.accuracy).toBe(0);
  });

  it('leaves out what is unknown', () => {
    const { aspects: _, ...plain } = masked;
    const figures = wordFigures(plain, given);
    expect(figures).not.toHaveProperty('byAspect');
    expect(figures).not.toHaveProperty('neighbours');
    expect(figures).not.toHaveProperty('commonest');
  });
});
