import { describe, expect, it } from '@jest/globals';
import { randomStream } from '@kaleido/foundation';
import { levels } from '@kaleido/layout';
import { rows, smallSources } from '../test/small-catalogue.ts';
import { pictureFeatures } from '../test/small-training.ts';
import { excludedPairs, type PairBatch, type PretrainSources, pairBatch } from './index.ts';

const sources: PretrainSources = { ...smallSources(), features: pictureFeatures(rows.length) };
const pairs = (anchors: readonly number[], groupSize: number, wordDropout = 0, seed = 1): Promise<PairBatch> =>
  pairBatch(sources, anchors, { groupSize, wordDropout }, randomStream(seed, 'pairs'));

describe('pairBatch', () => {
  it('excludes the pairs that show the same product or have the same caption', async () => {
    const of = [0, 1, 2, 3, 4, 10, 11];
    const { rows: taken } = await pairs(of, 1);
    const excluded = excludedPairs(sources.negatives, taken);
    expect(taken).toEqual(of);
    for (const [i, a] of of.entries())
      for (const [j, b] of of.entries()) {
        const same = rows[a]!.product === rows[b]!.product || rows[a]!.caption === rows[b]!.caption;
        expect([i, j, excluded[i * 7 + j]]).toEqual([i, j, i !== j && same ? 1 : 0]);
      }
    expect(excluded.reduce((sum, one) => sum + one)).toBe(6);
  });

  it('excludes the pairs that show the same picture, and draws no group from them', async () => {
    // Each picture belongs to two products, each time with another caption.
    const twice = smallSources(
      Array.from({ length: 12 }, (_, row) => ({ product: row, caption: row, group: 0, image: row >> 1 })),
    );
    const batch = (anchors: readonly number[], groupSize: number): Promise<PairBatch> =>
      pairBatch(twice, anchors, { groupSize, wordDropout: 0 }, randomStream(1, 'pairs'));
    const excluded = excludedPairs(twice.negatives, [0, 1, 2, 5]);
    expect([...excluded]).toEqual([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for (let row = 0; row < 12; row++)
      expect(new Set((await batch([row], 6)).rows.map((one) => one >> 1)).size).toBe(6);
  });

  it('adds a group to each row, in which no two are the same', async () => {
    const { rows: taken, text, image } = await pairs([5, 0], 4);
    const excluded = excludedPairs(sources.negatives, taken);
    expect(taken.length).toBe(8);
    expect([taken[0], taken[4]]).toEqual([5, 0]);
    expect([text.size, image.size]).toEqual([8, 8]);
    for (const start of [0, 4])
      for (let i = start; i < start + 4; i++)
        for (let j = start; j < start + 4; j++) expect(excluded[i * 8 + j]).toBe(0);
  });

  it('hides pieces by their share, never [CLS] and [SEP]', async () => {
    const all = rows.map((_, row) => row);
    const whole = await pairs(all, 1);
    const { text } = await pairs(all, 1, 0.5);
    const T = text.textLength;
    let [hidden, pieces] = [0, 0];
    for (const row of all) {
      const length = sources.catalogue.lengths[row]!;
      for (let at = 0; at < T; at++) {
        const seen = text.mask[row * T + at];
        if (at === 0 || at === length - 1) expect(seen).toBe(1);
        else if (at >= length) expect(seen).toBe(0);
        else {
          pieces++;
          if (seen === 0) hidden++;
        }
      }
    }
    expect(text.ids).toEqual(whole.text.ids);
    expect(hidden / pieces).toBeGreaterThan(0.3);
    expect(hidden / pieces).toBeLessThan(0.7);
  });

  it("takes a share of each level's patches, the same for every image", async () => {
    const options = { groupSize: 1, wordDropout: 0, patchShare: 0.5 };
    const draw = async (seed: number) => (await pairBatch(sources, [3, 7], options, randomStream(seed, 'pairs'))).image;
    const { features, positions, patches = [] } = await draw(1);
    const of = ({ start, patches: n }: (typeof levels)[number]) =>
      patches.filter((patch) => patch >= start && patch < start + n).length;
    expect(levels.map(of)).toEqual([1, 2, 5, 8, 13]);
    expect(patches).toEqual([...new Set(patches)].sort((a, b) => a - b));
    const whole = (await pairs([3, 7], 1)).image;
    for (const b of [0, 1])
      for (const [at, patch] of patches.entries()) {
        const [some, all] = [b * patches.length + at, b * 55 + patch];
        expect(features.subarray(some * 6, some * 6 + 6)).toEqual(whole.features.subarray(all * 6, all * 6 + 6));
        expect(positions.subarray(some * 5, some * 5 + 5)).toEqual(whole.positions.subarray(all * 5, all * 5 + 5));
      }
    expect((await draw(2)).patches).not.toEqual(patches);
    expect(whole.patches).toBeUndefined();
  });

  it('repeats for the same stream, and differs for another', async () => {
    expect(await pairs([5, 0], 4, 0.3)).toEqual(await pairs([5, 0], 4, 0.3));
    expect(await pairs([5, 0], 4, 0.3, 2)).not.toEqual(await pairs([5, 0], 4, 0.3));
  });
});
