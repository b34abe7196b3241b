import { randomStream } from '@kaleido/foundation';
import { type Alignment, levelByName } from '@kaleido/layout';
import {
  batchOptions,
  drawGuided,
  fillPatches,
  type GuidedStep,
  type HiddenLevel,
  hiddenLevels,
  maskCaption,
} from '@kaleido/pretrain-tasks';
import { type ReadCaption, readCaption, wordStartsOf } from './read-caption.ts';
import type { Reader } from './reader.ts';

/** What pre-training hides of one product, and how it came to that. */
export interface GuidedMasking {
  readonly caption: ReadCaption;
  /** The pairs in the order in which they were drawn, with what was decided; `word` is the index of a word. */
  readonly steps: readonly (Omit<GuidedStep, 'word'> & { readonly word: number })[];
  /** How much is to be hidden. */
  readonly quotas: { readonly pieces: number; readonly patches: Readonly<Record<HiddenLevel, number>> };
  /** The words hidden in the end: those of the steps, filled up at random. */
  readonly words: readonly number[];
  /** [T] the pieces as the model is shown them: most hidden ones are [MASK], some another piece, some unchanged. */
  readonly shown: readonly string[];
  /** The patches hidden in the end, ascending among the 55: those of the steps, filled up at random. */
  readonly patches: readonly number[];
}

/**
 * Draws what alignment guided masking (paper 3.4) hides of a product, step by step, by the paper's settings.
 * @param pairs `(await alignCaption(...)).pairs`; without any, all is drawn at random
 * @param seed the same seed hides the same
 */
export function maskGuided(
  { model, tokenizer }: Reader,
  caption: string,
  pairs: readonly Alignment[],
  seed: number,
): GuidedMasking {
  const { masking, greyPatches, blankPatches } = batchOptions(model.config);
  const { specialTokenIds: special, vocabulary } = tokenizer;
  const read = readCaption(caption, tokenizer, model.config.text_seq_len);
  const random = randomStream(seed, 'guided masking');
  const patches = { camouflage: 1, grey: greyPatches, blank: blankPatches };
  const indexOf = (start: number): number => read.words.findIndex((word) => word.start === start);
  const steps: GuidedMasking['steps'][number][] = [];
  let quota = 0;
  let draw: Parameters<typeof fillPatches>[0] = { patches: new Set(), sparedPatches: new Set() };
  const known = {
    size: vocabulary.length,
    mask: special.mask,
    firstOrdinary: Math.max(...Object.values(special)) + 1,
  };
  const masked = maskCaption(read.ids, wordStartsOf(read), read.ids.length, known, masking, random, (words, pieces) => {
    quota = pieces;
    const quotas = { pieces, mostPieces: masking.predictions, patches };
    const guided = drawGuided(pairs, words, quotas, random, ({ word, ...step }) =>
      steps.push({ ...step, word: indexOf(word.start) }),
    );
    draw = guided;
    return guided;
  });
  const hidden = new Set([...masked.positions].filter((_, at) => masked.weights[at] === 1));
  return {
    caption: read,
    steps,
    quotas: { pieces: quota, patches },
    words: [...read.words.keys()].filter((word) => hidden.has(read.words[word]?.start ?? -1)),
    shown: Array.from(masked.ids, (id) => vocabulary[id] as string),
    patches: hiddenLevels.flatMap((level) =>
      fillPatches(draw, level, patches[level], random).map((patch) => levelByName[level].start + patch),
    ),
  };
}
