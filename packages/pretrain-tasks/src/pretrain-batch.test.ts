import { describe, expect, it } from '@jest/globals';
import { randomStream } from '@kaleido/foundation';
import fc from 'fast-check';
import { labelledFeatures, rows, smallSources, textLength, vocabulary } from '../test/small-catalogue.ts';
import {
  imageBatch,
  jigsawPermutations,
  type PretrainBatch,
  type PretrainBatchOptions,
  paperBatchOptions,
  pretrainBatch,
  puzzleTasks,
  textBatch,
} from './index.ts';

const sources = smallSources();
const { catalogue } = sources;
const all = rows.map((_, row) => row);
const draw = (
  of: readonly number[],
  seed: number,
  step = 0,
  options: PretrainBatchOptions = paperBatchOptions,
): Promise<PretrainBatch> => pretrainBatch(sources, of, options, randomStream(seed, 'batch', step));

/** The row and the slot that a patch of a batch shows. */
const shown = ({ image }: PretrainBatch, b: number, patch: number): { row: number; slot: number } => {
  const at = (b * 55 + patch) * 2;
  return { row: image.features[at]!, slot: image.features[at + 1]! };
};
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Where the kinds of vectors start among the 74, and the levels among the 55: the table of the paper's five tasks. */
const slot = { rotation: 0, jigsaw: 4, camouflage: 8, grey: 17, colour: 33, blank: 49 };
const patch = { rotation: 0, jigsaw: 1, camouflage: 5, grey: 14, blank: 30 };

const someRows = fc.array(fc.integer({ min: 0, max: rows.length - 1 }), { minLength: 1, maxLength: 8 });
const forBatches = (check: (batch: PretrainBatch, of: readonly number[]) => void): Promise<void> =>
  fc.assert(
    fc.asyncProperty(someRows, fc.integer(), async (of, seed) => check(await draw(of, seed), of)),
    { numRuns: 60 },
  );

describe('pretrainBatch', () => {
  it("does not ask for the words of another product's caption if so set", async () => {
    for (const [maskMismatched, asked] of [
      [true, all.length],
      [false, 0],
    ] as const) {
      const options = { ...paperBatchOptions, mismatchRate: 1, maskMismatched };
      const { maskedWeights, matchLabels } = await draw(all, 1, 0, options);
      expect([...matchLabels]).toEqual(all.map(() => 0));
      const captions = all.filter((b) => maskedWeights[10 * b] === 1);
      expect(captions).toHaveLength(asked);
    }
    const matching = { ...paperBatchOptions, mismatchRate: 0 };
    expect(await draw(all, 1, 0, { ...matching, maskMismatched: false })).toEqual(await draw(all, 1, 0, matching));
  });

  it('has 24 different orders of four patches, the first the upright one', async () => {
    expect(new Set(jigsawPermutations.map((order) => order.join())).size).toBe(24);
    for (const order of jigsawPermutations) expect([...order].sort()).toEqual([0, 1, 2, 3]);
    expect(jigsawPermutations[0]).toEqual([0, 1, 2, 3]);
    expect(jigsawPermutations[23]).toEqual([3, 2, 1, 0]);
  });

  it('turns level 1 by the label', async () => {
    await forBatches((batch, of) => {
      for (const [b, row] of of.entries())
        expect(shown(batch, b, patch.rotation)).toEqual({ row, slot: slot.rotation + batch.rotationLabels[b]! });
    });
  });

  it('shows patch permutation[i] at place i of level 2', async () => {
    await forBatches((batch, of) => {
      for (const [b, row] of of.entries())
        for (const [i, piece] of jigsawPermutations[batch.jigsawLabels[b]!]!.entries())
          expect(shown(batch, b, patch.jigsaw + i)).toEqual({ row, slot: slot.jigsaw + piece });
    });
  });

  it("hides one patch of another product, of the same place, at level 3's label", async () => {
    await forBatches((batch, of) => {
      for (const [b, row] of of.entries())
        for (const i of range(9)) {
          const { row: from, slot: at } = shown(batch, b, patch.camouflage + i);
          expect(at).toBe(slot.camouflage + i);
          const intruder = batch.camouflageLabels[b] === i;
          expect(from).toBe(intruder ? batch.intruders[b] : row);
          if (!intruder) continue;
          expect(rows[from]!.product).not.toBe(rows[row]!.product);
          expect(rows[from]!.caption).not.toBe(rows[row]!.caption);
        }
    });
  });

  it('greys two patches of level 4 and asks for their colours', async () => {
    await forBatches((batch, of) => {
      for (const [b, row] of of.entries()) {
        const ids = [...batch.greyIds.subarray(2 * b, 2 * b + 2)];
        expect(ids[0]).toBeLessThan(ids[1]!);
        for (const i of range(16))
          expect(shown(batch, b, patch.grey + i)).toEqual({
            row,
            slot: (ids.includes(i) ? slot.grey : slot.colour) + i,
          });
        expect([...batch.greyTargets.subarray(4 * b, 4 * b + 4)]).toEqual(ids.flatMap((i) => [row, slot.colour + i]));
      }
    });
  });

  it('blanks three patches of level 5 and asks for their features', async () => {
    await forBatches((batch, of) => {
      for (const [b, row] of of.entries()) {
        const ids = [...batch.blankIds.subarray(3 * b, 3 * b + 3)];
        expect(new Set(ids).size).toBe(3);
        const keep = [...batch.image.blankKeep!.subarray(25 * b, 25 * b + 25)];
        expect(keep).toEqual(range(25).map((i) => (ids.includes(i) ? 0 : 1)));
        for (const i of range(25)) expect(shown(batch, b, patch.blank + i)).toEqual({ row, slot: slot.blank + i });
        expect([...batch.blankTargets.subarray(6 * b, 6 * b + 6)]).toEqual(ids.flatMap((i) => [row, slot.blank + i]));
      }
    });
  });

  it("labels a match exactly where the caption is the photograph's", async () => {
    await forBatches((batch, of) => {
      const T = batch.text.textLength;
      expect(T % 4 === 0 || T === textLength).toBe(true);
      for (const [b, row] of of.entries()) {
        const ids = batch.text.ids.slice(b * T, (b + 1) * T);
        // Masked pieces are restored, so that the caption can be identified.
        for (const i of range(10))
          if (batch.maskedWeights[b * 10 + i] === 1)
            ids[batch.maskedPositions[b * 10 + i]!] = batch.maskedLabels[b * 10 + i]!;
        const length = batch.text.mask.subarray(b * T, (b + 1) * T).reduce((sum, one) => sum + one, 0);
        const says = (other: number): boolean =>
          catalogue.lengths[other] === length &&
          range(length).every((at) => catalogue.ids[other * textLength + at] === ids[at]);
        expect(ids.subarray(length).every((id) => id === 0)).toBe(true);
        const speakers = all.filter(says);
        expect(speakers.length).toBeGreaterThan(0);
        expect(speakers.includes(row)).toBe(batch.matchLabels[b] === 1);
        if (batch.matchLabels[b] === 0)
          expect(speakers.some((other) => rows[other]!.product !== rows[row]!.product)).toBe(true);
      }
    });
  });

  it('carries rows and positions, and nothing as large as the catalogue', async () => {
    const of = [3, 0, 3];
    const batch = await draw(of, 1);
    expect(batch.rows).toEqual(of);
    expect([batch.text.size, batch.image.size, batch.image.featureWidth]).toEqual([3, 3, 2]);
    const table = await labelledFeatures(12).load(of);
    const expected = of.flatMap((row) => [...table.positions(row)]);
    expect([...batch.image.positions]).toEqual(expected);
  });

  it('follows its options', async () => {
    const options = { masking: { rate: 1, predictions: 4 }, mismatchRate: 0, greyPatches: 5, blankPatches: 25 };
    const batch = await draw(all, 1, 0, options);
    expect(batch.matchLabels.every((label) => label === 1)).toBe(true);
    expect([batch.maskedPositions.length, batch.greyIds.length, batch.blankIds.length]).toEqual([48, 60, 300]);
    expect(batch.image.blankKeep!.every((keep) => keep === 0)).toBe(true);
    const none = await draw(all, 1, 0, { ...options, mismatchRate: 1 });
    expect(none.matchLabels.every((label) => label === 0)).toBe(true);
  });

  it('leaves the levels of puzzles that are not set as they are, and the others with the same draws', async () => {
    const upright = await imageBatch(sources.features, all);
    const five = await draw(all, 1);
    const levelOf = { rotation: 0, jigsaw: 1, camouflage: 2, greyToColour: 3, blankToColour: 4 };
    const level = ({ image }: Pick<PretrainBatch, 'image'>, index: number): unknown[] => {
      const [start, end] = [[0, 1, 5, 14, 30][index]!, [1, 5, 14, 30, 55][index]!];
      const patches = all.flatMap((b) => [...image.features.subarray((b * 55 + start) * 2, (b * 55 + end) * 2)]);
      return index < 4 ? patches : [patches, image.blankKeep];
    };
    const kept = { ...upright, blankKeep: new Float32Array(25 * all.length).fill(1) };
    for (const leftOut of puzzleTasks) {
      const puzzles = puzzleTasks.filter((puzzle) => puzzle !== leftOut);
      const batch = await draw(all, 1, 0, { ...paperBatchOptions, puzzles });
      expect(batch.text).toEqual(five.text);
      for (const [puzzle, index] of Object.entries(levelOf))
        expect([leftOut, puzzle, level(batch, index)]).toEqual([
          leftOut,
          puzzle,
          level(puzzle === leftOut ? { image: kept } : five, index),
        ]);
    }
    const none = await draw(all, 1, 0, { ...paperBatchOptions, puzzles: [] });
    expect(none.image.features).toEqual(upright.features);
    expect([...none.rotationLabels, ...none.jigsawLabels].every((label) => label === 0)).toBe(true);
  });

  it('draws every label equally often, and half of the captions from elsewhere', async () => {
    const batch = await draw(
      range(4000).map((i) => i % 9),
      2,
    );
    const shares = (labels: Int32Array, classes: number): number[] => {
      const counts = new Array<number>(classes).fill(0);
      for (const label of labels) counts[label]!++;
      return counts.map((count) => (count * classes) / labels.length);
    };
    for (const [labels, classes] of [
      [batch.rotationLabels, 4],
      [batch.jigsawLabels, 24],
      [batch.camouflageLabels, 9],
      [batch.matchLabels, 2],
      [batch.greyIds, 16],
      [batch.blankIds, 25],
    ] as const)
      for (const share of shares(labels, classes)) expect(Math.abs(share - 1)).toBeLessThan(0.35);
  });

  it('repeats for the same stream, and differs from step to step', async () => {
    expect(await draw(all, 5, 3)).toEqual(await draw(all, 5, 3));
    const [first, second] = [await draw(all, 5, 3), await draw(all, 5, 4)];
    for (const key of [
      'maskedPositions',
      'matchLabels',
      'rotationLabels',
      'jigsawLabels',
      'camouflageLabels',
      'intruders',
      'greyIds',
      'blankIds',
    ] as const)
      expect([key, second[key]]).not.toEqual([key, first[key]]);
  });
});

describe('imageBatch and textBatch', () => {
  it('show the patches upright, in order, in colour, none blank', async () => {
    const batch = await imageBatch(sources.features, Int32Array.of(7, 2));
    expect(batch.blankKeep).toBeUndefined();
    const slots = [0, ...range(4).map((i) => 4 + i), ...range(9).map((i) => 8 + i), ...range(41).map((i) => 33 + i)];
    expect([...batch.features]).toEqual([7, 2].flatMap((row) => slots.flatMap((one) => [row, one])));
  });

  it('is as wide as the longest caption needs, in steps of four', async () => {
    for (const row of all) {
      const length = catalogue.lengths[row]!;
      const { textLength: T, ids, mask } = textBatch(catalogue, [row]);
      expect(T).toBe(Math.min(textLength, 4 * Math.ceil(length / 4)));
      expect([...ids]).toEqual(range(T).map((at) => (at < length ? catalogue.ids[row * textLength + at] : 0)));
      expect([...mask]).toEqual(range(T).map((at) => (at < length ? 1 : 0)));
    }
    expect(Math.max(...catalogue.ids)).toBeLessThan(vocabulary.size);
  });
});
