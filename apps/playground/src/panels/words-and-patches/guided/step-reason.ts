import type { GuidedMasking } from '@kaleido/insight';
import { levelOf } from '../places.ts';
import type { GuidedState, MaskingStep } from './guided-state.ts';

/** What happened in a step, and why, in sentences. */
export interface StepReason {
  /** What the coin shows: a side, or nothing where it was not tossed. */
  readonly coin: 'word' | 'patch' | undefined;
  readonly what: string;
  readonly why: string;
}

/** @param text of the step's word */
export function stepReason(step: MaskingStep, text: string): StepReason {
  const { wordSide, patchSide, hides } = step;
  const word = `“${text}”`;
  const { scale } = levelOf(step.patch);
  const isTossed = wordSide === 'free' && patchSide === 'free';
  const coin = isTossed ? hides : undefined;
  const wordStays: Readonly<Record<typeof wordSide, string>> = {
    free: '',
    hidden: `${word} is hidden already.`,
    spared: `${word} must stay: a patch that shows it is hidden.`,
    full: 'Enough of the caption is hidden.',
    'too long': `${word} has too many pieces to hide.`,
  };
  const patchStays: Readonly<Record<typeof patchSide, string>> = {
    free: '',
    hidden: 'This patch is hidden already.',
    spared: 'This patch must stay: a word that it shows is hidden.',
    full: `Enough patches of level ${scale} are hidden.`,
    'too long': '',
  };
  if (hides === 'word')
    return {
      coin,
      what: `${word} is hidden.`,
      why: isTossed
        ? 'The coin says so. Its patches stay, as the model must find the word there.'
        : patchStays[patchSide],
    };
  if (hides === 'patch')
    return {
      coin,
      what: `The patch is ${hiddenHow[scale] ?? 'hidden'}.`,
      why: isTossed ? `The coin says so. ${word} stays, as it tells the model what was there.` : wordStays[wordSide],
    };
  if (wordSide === 'hidden' && patchSide !== 'hidden')
    return { coin, what: 'Nothing changes.', why: `${wordStays.hidden} The patch is one of those that show it.` };
  if (patchSide === 'hidden' && wordSide !== 'hidden')
    return { coin, what: 'Nothing changes.', why: `${patchStays.hidden} ${word} is one of the words that tell it.` };
  return { coin, what: 'Nothing changes.', why: `${wordStays[wordSide]} ${patchStays[patchSide]}` };
}

/** How patches of a level are hidden. */
const hiddenHow: Readonly<Record<number, string>> = {
  3: 'swapped for one of another garment',
  4: 'made grey',
  5: 'made blank',
};

/** What the end says of the pairs that are left, and of what was filled up. */
export function endReason(
  { steps, caption }: GuidedMasking,
  { filledWords, filledPatches }: GuidedState,
  deciding: number,
): StepReason {
  const left = steps.length - deciding;
  const pairs =
    steps.length === 0
      ? 'There are no pairs here.'
      : left === 0
        ? 'No pair is left.'
        : `The other ${left} ${left === 1 ? 'pair changes' : 'pairs change'} nothing.`;
  const filled = [
    ...[...filledWords].map((word) => `“${caption.words[word]?.text ?? ''}”`),
    ...(filledPatches.size === 0 ? [] : [`${filledPatches.size} ${filledPatches.size === 1 ? 'patch' : 'patches'}`]),
  ];
  return {
    coin: undefined,
    what: 'Done: this is what the model is shown.',
    why:
      filled.length === 0
        ? `${pairs} Everything was hidden by pairs.`
        : `${pairs} Drawn at random: ${filled.join(', ')}.`,
  };
}
