import { describe, expect, it } from '@jest/globals';
import { randomStream } from '@kaleido/foundation';
import fc from 'fast-check';
import { allCaptions, first, last, tableReader } from '../../test/table-reader.ts';
import { beamSearch } from './beam-search.ts';
import { fromNucleus, mostLikely, mostLikelyOnes } from './choose-piece.ts';
import type { Draft } from './draft.ts';
import { oneByOne } from './one-by-one.ts';

const V = 5;
const limits = { classification: first, separator: last, mostPieces: 4, blockNgram: 0 };
const greedy = (seed: number, photographs = 1) => oneByOne(tableReader(V, seed), photographs, limits, mostLikely);
const beam = (seed: number, width: number, lengthPenalty: number, photographs = 1) =>
  beamSearch(tableReader(V, seed), photographs, limits, { width, lengthPenalty });
const plain = ({ pieces, ended }: Draft) => ({ pieces: [...pieces], ended });

describe('beam search', () => {
  it.each([0, 0.6, 2])('finds the best of all captions if it is wide enough, with length penalty %d', async (alpha) => {
    for (let seed = 0; seed < 30; seed++) {
      const score = ({ pieces, logProbability, ended }: Omit<Draft, 'attention'>) =>
        logProbability / ((5 + pieces.length + Number(ended)) / 6) ** alpha;
      const best = allCaptions(V, seed, 0, limits.mostPieces).reduce((a, b) => (score(b) > score(a) ? b : a));
      const [found] = await beam(seed, V ** limits.mostPieces, alpha);
      expect(plain(found!)).toEqual(plain({ ...best, attention: [] }));
      expect(found!.logProbability).toBeCloseTo(best.logProbability, 4);
    }
  });

  it('is greedy with one draft and no length penalty', async () => {
    for (let seed = 0; seed < 30; seed++) expect(await beam(seed, 1, 0, 3)).toEqual(await greedy(seed, 3));
  });

  it('is better than greedy on average, and wider beams are no worse', async () => {
    const mean = async (search: (seed: number) => Promise<Draft[]>): Promise<number> => {
      let sum = 0;
      for (let seed = 0; seed < 60; seed++) sum += (await search(seed))[0]!.logProbability;
      return sum / 60;
    };
    const [plain, narrow, wide] = [
      await mean((seed) => greedy(seed)),
      await mean((seed) => beam(seed, 2, 0)),
      await mean((seed) => beam(seed, 8, 0)),
    ];
    expect(narrow).toBeGreaterThan(plain + 0.05);
    expect(wide).toBeGreaterThanOrEqual(narrow);
  });

  it('prefers longer captions with a larger length penalty', async () => {
    const pieces = async (alpha: number): Promise<number> => {
      let sum = 0;
      for (let seed = 0; seed < 40; seed++) sum += (await beam(seed, 6, alpha))[0]!.pieces.length;
      return sum;
    };
    expect(await pieces(3)).toBeGreaterThan(await pieces(0));
  });

  it('writes for each photograph of a batch what it writes for it alone', async () => {
    for (const search of [
      (reader: ReturnType<typeof tableReader>, count: number) =>
        beamSearch(reader, count, limits, { width: 3, lengthPenalty: 0.6 }),
      (reader: ReturnType<typeof tableReader>, count: number) => oneByOne(reader, count, limits, mostLikely),
    ]) {
      const together = await search(tableReader(V, 3), 9);
      for (const [photograph, draft] of together.entries()) {
        const reader = tableReader(V, 3);
        const only = {
          ...reader,
          next: (texts: readonly number[], pieces: readonly number[]) =>
            reader.next(pieces[0] === first ? [photograph] : texts, pieces),
        };
        expect([draft]).toEqual(await search(only, 1));
      }
    }
  });
});

describe('blocked repeats', () => {
  /** Whether a run of so many pieces stands twice in a caption. */
  const repeats = (pieces: readonly number[], length: number): boolean => {
    const runs = pieces.slice(length - 1).map((_, at) => pieces.slice(at, at + length).join());
    return new Set(runs).size < runs.length;
  };
  const long = { ...limits, mostPieces: 24 };
  const random = randomStream(1, 'a piece');
  const searches = {
    greedy: (blockNgram: number) => oneByOne(tableReader(V, 7), 80, { ...long, blockNgram }, mostLikely),
    nucleus: (blockNgram: number) =>
      oneByOne(tableReader(V, 7), 80, { ...long, blockNgram }, (logProbabilities) =>
        fromNucleus(logProbabilities, { topP: 1, temperature: 1 }, random),
      ),
    beam: (blockNgram: number) =>
      beamSearch(tableReader(V, 7), 80, { ...long, blockNgram }, { width: 3, lengthPenalty: 2 }),
  };

  it.each(Object.entries(searches))('stand in no caption: %s', async (_, search) => {
    for (const length of [2, 3]) {
      expect((await search(0)).some(({ pieces }) => repeats(pieces, length))).toBe(true);
      for (const { pieces } of await search(length)) expect(repeats(pieces, length)).toBe(false);
    }
  });

  it('leave the best of the captions without them, if the search is wide enough', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const all = allCaptions(V, seed, 0, limits.mostPieces).filter(({ pieces }) => !repeats(pieces, 2));
      const best = all.reduce((a, b) => (b.logProbability > a.logProbability ? b : a));
      const settings = { width: V ** limits.mostPieces, lengthPenalty: 0 };
      const [found] = await beamSearch(tableReader(V, seed), 1, { ...limits, blockNgram: 2 }, settings);
      expect(plain(found!)).toEqual(plain({ ...best, attention: [] }));
    }
  });

  it('change no caption that has none', async () => {
    const [all, blocked] = [await searches.greedy(0), await searches.greedy(3)];
    const same = all.flatMap((draft, photograph) => (repeats(draft.pieces, 3) ? [] : [photograph]));
    expect(same.length).toBeGreaterThan(0);
    for (const photograph of same) expect(blocked[photograph]).toEqual(all[photograph]);
  });
});

describe('the number of rows', () => {
  it('stays the same until half of the photographs are done', async () => {
    const reader = tableReader(V, 5);
    const drafts = await oneByOne(reader, 40, { ...limits, mostPieces: 20 }, mostLikely);
    expect(new Set(drafts.map(({ pieces }) => pieces.length)).size).toBeGreaterThan(5);
    for (const [step, rows] of reader.rows.entries())
      if (step > 0) expect(rows === reader.rows[step - 1] || 2 * rows <= reader.rows[step - 1]!).toBe(true);
  });
});

describe('the choice of a piece', () => {
  const values = fc.array(fc.integer({ min: -20, max: 0 }), { minLength: 1, maxLength: 12 });

  it('is the largest value, of equal ones the first, as sorting would have it', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 14 }), (list, count) => {
        const sorted = [...list.keys()].sort((a, b) => list[b]! - list[a]! || a - b);
        expect(mostLikelyOnes(Float32Array.from(list), count)).toEqual(sorted.slice(0, count));
        expect(mostLikely(Float32Array.from(list))).toBe(sorted[0]);
      }),
    );
  });

  it('is greedy from a nucleus of no size, and at a low temperature', () => {
    fc.assert(
      fc.property(values, (list) => {
        const all = Float32Array.from(list);
        const random = randomStream(1, 'draw');
        expect(fromNucleus(all, { topP: 1e-9, temperature: 1 }, random)).toBe(mostLikely(all));
        const unique = list.filter((value) => value === Math.max(...list)).length === 1;
        if (unique) expect(fromNucleus(all, { topP: 1, temperature: 0.01 }, random)).toBe(mostLikely(all));
      }),
    );
  });

  it('is drawn from the fewest pieces that have the probability, in proportion', () => {
    const probabilities = [0.05, 0.4, 0.1, 0, 0.25, 0.2];
    const all = Float32Array.from(probabilities, Math.log);
    const random = randomStream(1, 'draws');
    const share = (topP: number, temperature = 1): number[] => {
      const counts = new Array<number>(6).fill(0);
      for (let draw = 0; draw < 4000; draw++) counts[fromNucleus(all, { topP, temperature }, random)]! += 1 / 4000;
      return counts;
    };
    const close = (found: number[], expected: number[]): void => {
      for (const [id, value] of expected.entries()) expect(Math.abs(found[id]! - value)).toBeLessThan(0.03);
    };
    close(share(1), probabilities);
    // 0.4 + 0.25 is less than 0.8, with 0.2 it is more.
    const three = share(0.8);
    close(three, [0, 0.4 / 0.85, 0, 0, 0.25 / 0.85, 0.2 / 0.85]);
    expect([three[0], three[2], three[3]]).toEqual([0, 0, 0]);
    const squared = probabilities.map((value) => value ** 2);
    const total = squared.reduce((sum, value) => sum + value, 0);
    close(
      share(1, 0.5),
      squared.map((value) => value / total),
    );
  });
});
