import { describe, expect, it } from '@jest/globals';
import type { GuidedMasking } from '@kaleido/insight';
import { decidingSteps, guidedState, nextChange } from './guided-state.ts';
import { endReason, stepReason } from './step-reason.ts';

const word = (start: number, text: string) => ({ start, end: start + 1, from: 0, to: 0, text, masked: false });
const masking: GuidedMasking = {
  caption: {
    caption: 'red belt cap',
    ids: Int32Array.of(2, 10, 11, 12, 3),
    pieces: ['[CLS]', 'red', 'belt', 'cap', '[SEP]'],
    words: [word(1, 'red'), word(2, 'belt'), word(3, 'cap')],
    cut: 0,
  },
  steps: [
    { word: 1, patch: 20, weight: 0.9, level: 'grey', wordSide: 'free', patchSide: 'free', hides: 'word' },
    { word: 1, patch: 21, weight: 0.8, level: 'grey', wordSide: 'hidden', patchSide: 'spared', hides: undefined },
    { word: 0, patch: 40, weight: 0.7, level: 'blank', wordSide: 'full', patchSide: 'free', hides: 'patch' },
    { word: 0, patch: 21, weight: 0.6, level: 'grey', wordSide: 'spared', patchSide: 'spared', hides: undefined },
  ],
  quotas: { pieces: 1, patches: { camouflage: 1, grey: 2, blank: 3 } },
  words: [1],
  shown: ['[CLS]', 'red', '[MASK]', 'cap', '[SEP]'],
  patches: [6, 15, 16, 40, 41, 42],
};

describe('guided masking after some steps', () => {
  it('hides one side of each pair and keeps the other', () => {
    expect(decidingSteps(masking)).toBe(3);
    expect([0, 1, 2, 3].map((count) => nextChange(masking, count))).toEqual([1, 3, 3, 4]);
    expect(guidedState(masking, 0)).toMatchObject({
      step: undefined,
      isEnd: false,
      words: new Set(),
      patches: new Set(),
    });
    expect(guidedState(masking, 1)).toMatchObject({
      step: masking.steps[0],
      words: new Set([1]),
      sparedPatches: new Set([20, 21]),
    });
    expect(guidedState(masking, 3)).toMatchObject({ patches: new Set([40]), sparedWords: new Set([0]), isEnd: false });
  });

  it('is filled up at the end', () => {
    const end = guidedState(masking, 4);
    expect(end).toMatchObject({ isEnd: true, step: undefined, filledWords: new Set() });
    expect(end.patches).toEqual(new Set(masking.patches));
    expect(end.filledPatches).toEqual(new Set([6, 15, 16, 41, 42]));
    expect(endReason(masking, end, 3).why).toBe('The other 1 pair changes nothing. Drawn at random: 5 patches.');
  });
});

describe('the reason of a step', () => {
  it('names the coin, or why none was tossed', () => {
    const reasons = masking.steps.map((step) => stepReason(step, masking.caption.words[step.word]?.text ?? ''));
    expect(reasons.map(({ coin }) => coin)).toEqual(['word', undefined, undefined, undefined]);
    expect(reasons.map(({ what, why }) => `${what} ${why}`)).toEqual([
      '“belt” is hidden. The coin says so. Its patches stay, as the model must find the word there.',
      'Nothing changes. “belt” is hidden already. The patch is one of those that show it.',
      'The patch is made blank. Enough of the caption is hidden.',
      'Nothing changes. “red” must stay: a patch that shows it is hidden. This patch must stay: a word that it shows is hidden.',
    ]);
  });
});
