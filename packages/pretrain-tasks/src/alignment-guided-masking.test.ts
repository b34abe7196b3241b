import { describe, expect, it } from '@jest/globals';
import { randomStream } from '@kaleido/foundation';
import { type Alignment, captionWords, levelByName } from '@kaleido/layout';
import fc from 'fast-check';
import { labelledFeatures, rows, smallSources, vocabulary } from '../test/small-catalogue.ts';
import {
  drawGuided,
  fillPatches,
  type GuidedStep,
  type HiddenQuotas,
  hiddenLevels,
} from './alignment-guided-masking.ts';
import { paperBatchOptions, pretrainBatch } from './index.ts';

/** Ten words of one piece: pieces 1 to 10. */
const words = captionWords(
  Uint8Array.from({ length: 12 }, () => 1),
  12,
);
const quotas: HiddenQuotas = { pieces: 2, mostPieces: 10, patches: { camouflage: 1, grey: 2, blank: 3 } };
const pair = (token: number, patch: number, weight = 1): Alignment => ({ token, patch, weight });
const somePairs = fc.array(
  fc.record({
    token: fc.integer({ min: 0, max: 11 }),
    patch: fc.integer({ min: 0, max: 54 }),
    weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
  }),
  { maxLength: 30 },
);
const someQuotas = fc.record({
  pieces: fc.integer({ min: 1, max: 5 }),
  mostPieces: fc.integer({ min: 5, max: 10 }),
  patches: fc.record({
    camouflage: fc.integer({ min: 0, max: 1 }),
    grey: fc.integer({ min: 0, max: 2 }),
    blank: fc.integer({ min: 0, max: 3 }),
  }),
});

describe('drawGuided', () => {
  it('hides one side of a pair, never both, within the quotas', () => {
    fc.assert(
      fc.property(somePairs, someQuotas, fc.integer(), (pairs, limits, seed) => {
        const draw = drawGuided(pairs, words, limits, randomStream(seed));
        const hiddenTokens = new Set([...draw.words].map(({ start }) => start));
        for (const { token, patch } of pairs) expect(hiddenTokens.has(token) && draw.patches.has(patch)).toBe(false);
        expect(hiddenTokens.size).toBeLessThanOrEqual(limits.pieces);
        for (const name of hiddenLevels) {
          const { start, patches } = levelByName[name];
          const hidden = [...draw.patches].filter((patch) => patch >= start && patch < start + patches);
          expect(hidden.length).toBeLessThanOrEqual(limits.patches[name]);
        }
        // Only what a pair names is hidden, and nothing of levels 1 and 2.
        for (const token of hiddenTokens) expect(pairs.some((one) => one.token === token)).toBe(true);
        for (const patch of draw.patches) expect(patch >= 5 && pairs.some((one) => one.patch === patch)).toBe(true);
      }),
    );
  });

  it('spares the counterpart of all that is hidden', () => {
    fc.assert(
      fc.property(somePairs, fc.integer(), (pairs, seed) => {
        const draw = drawGuided(pairs, words, quotas, randomStream(seed));
        for (const { token, patch } of pairs.filter(({ patch }) => patch >= 5)) {
          const word = words.find(({ start }) => start === token);
          if (word === undefined) continue;
          if (draw.words.has(word)) expect(draw.sparedPatches.has(patch)).toBe(true);
          if (draw.patches.has(patch)) expect(draw.sparedWords.has(word)).toBe(true);
        }
      }),
    );
  });

  it('hides the word as often as the patch', () => {
    let masked = 0;
    for (let seed = 0; seed < 4000; seed++)
      masked += drawGuided([pair(3, 40)], words, quotas, randomStream(seed)).words.size;
    // Four deviations of 4,000 tosses.
    expect(Math.abs(masked / 4000 - 0.5)).toBeLessThan(0.032);
  });

  it('takes the other side where one has no room', () => {
    for (let seed = 0; seed < 50; seed++) {
      const noPatch = { ...quotas, patches: { camouflage: 0, grey: 0, blank: 0 } };
      expect(drawGuided([pair(3, 40)], words, noPatch, randomStream(seed)).words.size).toBe(1);
      const noWord = drawGuided([pair(3, 40)], words, { ...quotas, pieces: 0 }, randomStream(seed));
      expect([...noWord.patches]).toEqual([40]);
    }
  });

  it('takes a pair of twice the weight first twice as often', () => {
    const one = { ...quotas, pieces: 1, patches: { camouflage: 0, grey: 0, blank: 0 } };
    let heavy = 0;
    for (let seed = 0; seed < 3000; seed++) {
      const { words: hidden } = drawGuided([pair(3, 40, 0.4), pair(5, 41, 0.8)], words, one, randomStream(seed));
      if ([...hidden][0]?.start === 5) heavy++;
    }
    // Four deviations of a share of two thirds.
    expect(Math.abs(heavy / 3000 - 2 / 3)).toBeLessThan(0.035);
  });
});

describe('the steps of drawGuided', () => {
  it('tell what is hidden and why, and change nothing', () => {
    fc.assert(
      fc.property(somePairs, someQuotas, fc.integer(), (pairs, limits, seed) => {
        const [told, silent] = [randomStream(seed), randomStream(seed)];
        const steps: GuidedStep[] = [];
        const draw = drawGuided(pairs, words, limits, told, (step) => steps.push(step));
        expect(drawGuided(pairs, words, limits, silent)).toEqual(draw);
        expect(told.uniform()).toBe(silent.uniform());
        expect(new Set(steps.flatMap(({ word, hides }) => (hides === 'word' ? [word] : [])))).toEqual(draw.words);
        expect(new Set(steps.flatMap(({ patch, hides }) => (hides === 'patch' ? [patch] : [])))).toEqual(draw.patches);
        for (const { wordSide, patchSide, hides } of steps) {
          if (hides === 'word') expect(wordSide).toBe('free');
          if (hides === 'patch') expect(patchSide).toBe('free');
          // What can be hidden is hidden, unless the other side is.
          const isSettled = wordSide === 'hidden' || patchSide === 'hidden';
          if (hides === undefined) expect(isSettled || (wordSide !== 'free' && patchSide !== 'free')).toBe(true);
        }
      }),
    );
  });

  it('name a word that is too long, and a side that is full', () => {
    const long = [{ start: 1, end: 4 }];
    const sides: GuidedStep[] = [];
    const few = { pieces: 2, mostPieces: 2, patches: { camouflage: 0, grey: 1, blank: 0 } };
    drawGuided([pair(2, 40), pair(2, 41)], long, few, randomStream(1), (step) => sides.push(step));
    expect(sides).toMatchObject([
      { wordSide: 'too long', patchSide: 'full', hides: undefined },
      { wordSide: 'too long', patchSide: 'full', hides: undefined },
    ]);
  });
});

describe('fillPatches', () => {
  it('keeps the guided patches, fills up with others, and takes spared ones last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.integer(), (count, seed) => {
        const guided = { patches: new Set([6, 20]), sparedPatches: new Set([7, 8]) };
        const filled = fillPatches(guided, 'camouflage', count, randomStream(seed));
        expect(filled).toHaveLength(count);
        expect([...new Set(filled)].sort((a, b) => a - b)).toEqual(filled);
        for (const patch of filled) expect(patch >= 0 && patch < 9).toBe(true);
        if (count > 0) expect(filled).toContain(1);
        if (count <= 7) expect(filled.filter((patch) => patch === 2 || patch === 3)).toEqual([]);
      }),
    );
  });
});

describe('a batch with alignments', () => {
  const sources = smallSources();
  const all = rows.map((_, row) => row);
  const options = { ...paperBatchOptions, mismatchRate: 0 };
  const second = { token: 1, patch: 6, weight: 1 };

  it('asks for the word or camouflages the patch of the one pair, and hides as much as ever', async () => {
    const guided = { ...sources, alignments: () => [second] };
    let words = 0;
    let patches = 0;
    for (let step = 0; step < 60; step++) {
      const batch = await pretrainBatch(guided, all, options, randomStream(1, step));
      for (const [b] of all.entries()) {
        const places = [...batch.maskedPositions.subarray(10 * b, 10 * b + 10)].filter(
          (_, i) => batch.maskedWeights[10 * b + i] === 1,
        );
        const isMasked = places.includes(1);
        const isCamouflaged = batch.camouflageLabels[b] === 1;
        if (isMasked) words++;
        else if (isCamouflaged) patches++;
        // A spared patch may still be the intruder only where nothing else is left, which is never.
        expect(isMasked || isCamouflaged).toBe(true);
        if (isMasked) expect(isCamouflaged).toBe(false);
        expect(places.length).toBeGreaterThan(0);
      }
      expect(batch.greyIds).toHaveLength(2 * all.length);
      expect(batch.blankIds).toHaveLength(3 * all.length);
    }
    expect(Math.abs(words / (words + patches) - 0.5)).toBeLessThan(0.08);
  });

  it("always asks for the word where the patch's puzzle is not set", async () => {
    const guided = { ...sources, alignments: () => [second] };
    for (let step = 0; step < 20; step++) {
      const puzzles = ['rotation', 'blankToColour'] as const;
      const batch = await pretrainBatch(guided, all, { ...options, puzzles }, randomStream(1, step));
      for (const [b] of all.entries()) expect([...batch.maskedPositions.subarray(10 * b, 10 * b + 10)]).toContain(1);
    }
  });

  it('is drawn anew at every step', async () => {
    const guided = { ...sources, alignments: () => [second, { token: 2, patch: 40, weight: 0.5 }] };
    const drawn = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async (step) => [
        ...(await pretrainBatch(guided, [0], options, randomStream(1, step))).blankIds,
      ]),
    );
    expect(new Set(drawn.map(String)).size).toBeGreaterThan(2);
  });

  it('is the same as without alignments where no product has a pair, and for captions of other products', async () => {
    const none = { ...sources, alignments: () => [] };
    for (const mismatchRate of [0, 0.5]) {
      const random = () => randomStream(3, mismatchRate);
      const plain = await pretrainBatch(sources, all, { ...options, mismatchRate }, random());
      expect(await pretrainBatch(none, all, { ...options, mismatchRate }, random())).toEqual(plain);
    }
    const foreign = { ...sources, alignments: () => [second] };
    const swapped = { ...options, mismatchRate: 1 };
    expect(await pretrainBatch(foreign, all, swapped, randomStream(4))).toEqual(
      await pretrainBatch(sources, all, swapped, randomStream(4)),
    );
  });

  it('shows 80 % of the guided words as [MASK] too', async () => {
    const features = labelledFeatures(rows.length);
    const noPatches = { ...options, greyPatches: 0, blankPatches: 0 };
    const guided = { ...sources, features, alignments: () => [{ token: 1, patch: 40, weight: 1 }] };
    let [shown, total] = [0, 0];
    for (let step = 0; step < 200; step++) {
      const { text, maskedPositions, maskedWeights } = await pretrainBatch(
        guided,
        all,
        noPatches,
        randomStream(9, step),
      );
      for (const [at, place] of maskedPositions.entries()) {
        if (maskedWeights[at] === 0 || place !== 1) continue;
        total++;
        if (text.ids[Math.floor(at / 10) * text.textLength + 1] === vocabulary.mask) shown++;
      }
    }
    // No patch can be hidden, so every caption's first word is masked; four deviations.
    expect(total).toBeGreaterThanOrEqual(200 * rows.length * 0.99);
    expect(Math.abs(shown / total - 0.8)).toBeLessThan(0.04);
  });
});
