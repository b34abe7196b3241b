import type { GuidedMasking } from '@kaleido/insight';

/** A pair in its turn. */
export type MaskingStep = GuidedMasking['steps'][number];

/** Where guided masking stands after some steps. */
export interface GuidedState {
  /** The pair that was decided last; undefined before the first, and at the end. */
  readonly step: MaskingStep | undefined;
  readonly isEnd: boolean;
  readonly words: ReadonlySet<number>;
  readonly patches: ReadonlySet<number>;
  /** Counterparts of what is hidden: they stay visible if possible. */
  readonly sparedWords: ReadonlySet<number>;
  readonly sparedPatches: ReadonlySet<number>;
  /** At the end: what no pair has hidden, and was drawn at random. */
  readonly filledWords: ReadonlySet<number>;
  readonly filledPatches: ReadonlySet<number>;
}

/** Pairs up to the last one that hides something; those after it change nothing, and are one step, the end. */
export function decidingSteps({ steps }: Pick<GuidedMasking, 'steps'>): number {
  return steps.reduce((last, { hides }, at) => (hides === undefined ? last : at + 1), 0);
}

/** The next step that hides something, after `count` steps; else the end. */
export function nextChange({ steps }: Pick<GuidedMasking, 'steps'>, count: number): number {
  const next = steps.findIndex(({ hides }, at) => at >= count && hides !== undefined);
  return next < 0 ? decidingSteps({ steps }) + 1 : next + 1;
}

/** @param count steps that are done; one more than `decidingSteps` is the end, when all that is missing is filled up */
export function guidedState(masking: GuidedMasking, count: number): GuidedState {
  const deciding = decidingSteps(masking);
  const isEnd = count > deciding;
  const done = masking.steps.slice(0, Math.min(count, deciding));
  const words = new Set(done.filter(({ hides }) => hides === 'word').map(({ word }) => word));
  const patches = new Set(done.filter(({ hides }) => hides === 'patch').map(({ patch }) => patch));
  const sparedWords = new Set(masking.steps.filter(({ patch }) => patches.has(patch)).map(({ word }) => word));
  const sparedPatches = new Set(masking.steps.filter(({ word }) => words.has(word)).map(({ patch }) => patch));
  return {
    step: isEnd ? undefined : done.at(-1),
    isEnd,
    words: isEnd ? new Set(masking.words) : words,
    patches: isEnd ? new Set(masking.patches) : patches,
    sparedWords,
    sparedPatches,
    filledWords: new Set(isEnd ? masking.words.filter((word) => !words.has(word)) : []),
    filledPatches: new Set(isEnd ? masking.patches.filter((patch) => !patches.has(patch)) : []),
  };
}
