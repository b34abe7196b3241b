import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tokenisedCaptionMetrics } from '../index.ts';
import { fewestChunks, type StemmedWord } from './fewest-chunks.ts';

function meteorOf(candidate: string, ...references: string[]): number {
  const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
  return tokenisedCaptionMetrics([{ candidate: words(candidate), references: references.map(words) }]).meteor;
}

describe('METEOR (exact and stem)', () => {
  it('is the weighted mean of precision and recall, less the penalty of chunks', () => {
    // 3 of 4 words and 3 of 5: "navy striped", "tee" are 2 chunks of 3 pairs.
    const [precision, recall] = [3 / 4, 3 / 5];
    const mean = (precision * recall) / (0.85 * precision + 0.15 * recall); // 0.45 / 0.7275
    const penalty = 0.6 * (2 / 3) ** 0.2;
    expect(meteorOf('navy striped cotton tee', 'a navy striped jersey tee')).toBeCloseTo(mean * (1 - penalty), 12);
    expect(mean * (1 - penalty)).toBeCloseTo(0.2763, 4);
  });

  it('counts a pair of equal stems as 0.6 of a pair of equal words', () => {
    // "black" is equal, "sleeves" has the stem of "sleeve", "with" has no pair: (1 + 0.6) of 3 and of 2 words.
    const [precision, recall] = [1.6 / 3, 1.6 / 2];
    const mean = (precision * recall) / (0.85 * precision + 0.15 * recall);
    // 2 pairs in 2 chunks: the penalty is 0.6 * 1.
    expect(meteorOf('black with sleeves', 'black sleeve')).toBeCloseTo(mean * 0.4, 12);
    // All words of both captions are one chunk, of stems: 0.6, without a penalty.
    expect(meteorOf('striped dresses', 'stripe dress')).toBeCloseTo(0.6, 12);
  });

  it('pairs equal words first, whatever chunks that makes', () => {
    // "dresses dress" pairs with "dress dresses" crosswise: 2 chunks of 2 pairs, so 1 - 0.6.
    expect(meteorOf('dresses dress', 'dress dresses')).toBeCloseTo(0.4, 12);
  });

  it('takes the best reference, and the mean over captions', () => {
    expect(meteorOf('a red dress', 'blue jeans', 'a red dress', 'red')).toBe(1);
    const items = ['red dress', 'blue jeans'].map((candidate) => ({
      candidate: candidate.split(' '),
      references: [['red', 'dress']],
    }));
    const { meteor, items: each } = tokenisedCaptionMetrics(items);
    expect(each.map((one) => one.meteor)).toEqual([1, 0]);
    expect(meteor).toBe(0.5);
  });

  it('is 0 without a common word or stem, and for an empty caption', () => {
    expect(meteorOf('red dress', 'blue jeans')).toBe(0);
    expect(meteorOf('', 'blue jeans')).toBe(0);
    expect(meteorOf('', '')).toBe(0);
  });

  it('is 1 for the same caption, less for its words in another order, and never outside 0..1', () => {
    const word = fc.constantFrom('red', 'dress', 'dresses', 'with', 'a', 'bow', 'bows');
    const caption = fc.array(word, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(caption, caption, fc.integer({ min: 1, max: 19 }), (one, other, turn) => {
        expect(meteorOf(one.join(' '), one.join(' '))).toBe(1);
        const turned = [...one.slice(turn % one.length), ...one.slice(0, turn % one.length)].join(' ');
        if (turned !== one.join(' ')) expect(meteorOf(turned, one.join(' '))).toBeLessThan(1 - 0.6 * 0.5);
        const score = meteorOf(one.join(' '), other.join(' '));
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }),
    );
  });
});

/** All alignments one by one: as many pairs of equal words, then of equal stems, then as few chunks as possible. */
function byTryingAll(candidate: readonly StemmedWord[], reference: readonly StemmedWord[]): number[] {
  let best = [-1, -1, 0];
  const taken = new Set<number>();
  const go = (at: number, exact: number, stem: number, next: number, chunks: number): void => {
    const word = candidate[at];
    if (word === undefined) {
      const gain = exact - best[0]! || stem - best[1]! || best[2]! - chunks;
      if (gain > 0) best = [exact, stem, chunks];
      return;
    }
    for (const [place, other] of reference.entries()) {
      if (taken.has(place) || other.stem !== word.stem) continue;
      taken.add(place);
      const equal = other.word === word.word;
      go(at + 1, exact + (equal ? 1 : 0), stem + (equal ? 0 : 1), place + 1, chunks + (place === next ? 0 : 1));
      taken.delete(place);
    }
    go(at + 1, exact, stem, -1, chunks);
  };
  go(0, 0, 0, -1, 0);
  return best;
}

describe('fewestChunks', () => {
  it('finds what trying all alignments finds, for short captions', () => {
    const word = fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('', '', 's'))
      .map(([stem, ending]) => ({ word: stem + ending, stem }));
    const caption = fc.array(word, { maxLength: 7 });
    fc.assert(
      fc.property(caption, caption, (candidate, reference) => {
        const { exact, stem, chunks } = fewestChunks(candidate, reference);
        expect([exact, stem, chunks]).toEqual(byTryingAll(candidate, reference));
      }),
      { numRuns: 300 },
    );
  });

  it('takes a moment for 64 equal words', () => {
    const equal = (count: number): StemmedWord[] => Array.from({ length: count }, () => ({ word: 'a', stem: 'a' }));
    for (const [said, wanted] of [
      [64, 64],
      [64, 20],
      [20, 64],
    ] as const) {
      const started = performance.now();
      expect(fewestChunks(equal(said), equal(wanted))).toEqual({ exact: Math.min(said, wanted), stem: 0, chunks: 1 });
      // Trying all alignments would take 64! steps; this takes 0.1 s.
      expect(performance.now() - started).toBeLessThan(5_000);
    }
  });
});
