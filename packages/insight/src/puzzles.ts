import { readAll, type Tensor, tf } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { type ImageBatch, levelByName, patchCount, featureSlots as slots } from '@kaleido/layout';
import { camouflageLabels, jigsawLabels, jigsawPermutations, rotationLabels } from '@kaleido/pretrain-tasks';
import type { LookedAt } from './align-caption.ts';
import { readCaption, textRows } from './read-caption.ts';
import type { Reader } from './reader.ts';

/** One of the five pre-training puzzles (paper 3.6), as it is set. */
export type Puzzle =
  /** Level 1 turned clockwise by `turns` quarters, 0..3. */
  | { readonly kind: 'rotation'; readonly turns: number }
  /** Level 2: place i shows patch `jigsawPermutations[order][i]`. @param order 0..23 */
  | { readonly kind: 'jigsaw'; readonly order: number }
  /** Level 3: this patch, 0..8, is the one of another photograph. */
  | { readonly kind: 'camouflage'; readonly patch: number; readonly other: LookedAt }
  /** Level 4: these patches, each 0..15, are grey. */
  | { readonly kind: 'grey'; readonly patches: readonly number[] }
  /** Level 5: these patches, each 0..24, are blank. */
  | { readonly kind: 'blank'; readonly patches: readonly number[] };

/** A patch as the model colours it in. */
export interface ColouredPatch {
  /** Index within its level. */
  readonly patch: number;
  /** [F] the head's output: logits of a softmax over the standardised features (paper 3.6, IV and V) */
  readonly predicted: Float32Array;
  /** [F] the features of the patch in colour */
  readonly truth: Float32Array;
  /** Kullback-Leibler divergence of both as softmax distributions, >= 0; 0 if they are equal */
  readonly divergence: number;
}

/** What a model answers. */
export type PuzzleAnswer =
  | {
      readonly kind: 'rotation' | 'jigsaw' | 'camouflage';
      /** Of each answer, in the order of the puzzle's numbers; they sum to 1. */
      readonly probabilities: Float32Array;
      /** The likeliest answer. */
      readonly answer: number;
      readonly truth: number;
    }
  | { readonly kind: 'grey' | 'blank'; readonly patches: readonly ColouredPatch[] };

/** The model's input for a puzzle: the photograph with the patches of one level changed. */
export function setPuzzle(photograph: LookedAt, puzzle: Puzzle): ImageBatch {
  const { positions, featureWidth: F } = photograph.batch;
  const features = new Float32Array(patchCount * F);
  const put = (level: keyof typeof levelByName, patch: number, from: LookedAt, slot: number): void =>
    features.set(from.slots.subarray(slot * F, (slot + 1) * F), (levelByName[level].start + patch) * F);
  const whole = (name: keyof typeof levelByName): void => {
    const { start } = slots[name === 'grey' ? 'colour' : name];
    for (let patch = 0; patch < levelByName[name].patches; patch++) put(name, patch, photograph, start + patch);
  };
  for (const name of ['rotation', 'jigsaw', 'camouflage', 'grey', 'blank'] as const) whole(name);
  const batch = { size: 1, featureWidth: F, features, positions };
  switch (puzzle.kind) {
    case 'rotation':
      assertNumbers('turns', [puzzle.turns], rotationLabels);
      put('rotation', 0, photograph, slots.rotation.start + puzzle.turns);
      return batch;
    case 'jigsaw':
      assertNumbers('order', [puzzle.order], jigsawLabels);
      for (const [place, patch] of jigsawPermutations[puzzle.order]!.entries())
        put('jigsaw', place, photograph, slots.jigsaw.start + patch);
      return batch;
    case 'camouflage':
      assertNumbers('patch', [puzzle.patch], camouflageLabels);
      if (puzzle.other.batch.featureWidth !== F)
        throw new KaleidoError({
          source: 'insight',
          problem: `the other photograph must have ${F} features a patch, as this one`,
          found: puzzle.other.batch.featureWidth,
          advice: 'look at both with the same model',
        });
      put('camouflage', puzzle.patch, puzzle.other, slots.camouflage.start + puzzle.patch);
      return batch;
    case 'grey':
      assertNumbers('patches', puzzle.patches, levelByName.grey.patches);
      for (const patch of puzzle.patches) put('grey', patch, photograph, slots.grey.start + patch);
      return batch;
    case 'blank': {
      assertNumbers('patches', puzzle.patches, levelByName.blank.patches);
      const blankKeep = new Float32Array(levelByName.blank.patches).fill(1);
      for (const patch of puzzle.patches) blankKeep[patch] = 0;
      return { ...batch, blankKeep };
    }
    default:
      return puzzle satisfies never;
  }
}

/**
 * Sets a model one puzzle.
 * @param caption read beside the photograph, as in pre-training; '' for none
 * @throws KaleidoError for numbers that the puzzle does not have
 */
export async function solvePuzzle(
  { model, tokenizer }: Reader,
  photograph: LookedAt,
  puzzle: Puzzle,
  caption: string,
): Promise<PuzzleAnswer> {
  const batch = setPuzzle(photograph, puzzle);
  const { ids } = readCaption(caption, tokenizer, model.config.text_seq_len);
  const forward = (): ReturnType<typeof model.forward> =>
    model.forward(model.textInput(textRows(ids, 0, [[]])), model.imageInput(batch));
  switch (puzzle.kind) {
    case 'rotation':
    case 'jigsaw':
    case 'camouflage': {
      const { kind } = puzzle;
      const [probabilities] = (await read(() => [tf.softmax(forward().logits[kind])])) as [Float32Array];
      const answer = probabilities.reduce((best, value, at) => (value > probabilities[best]! ? at : best), 0);
      const truth = kind === 'rotation' ? puzzle.turns : kind === 'jigsaw' ? puzzle.order : puzzle.patch;
      return { kind, probabilities, answer, truth };
    }
    case 'grey':
    case 'blank': {
      const { kind, patches } = puzzle;
      const F = photograph.batch.featureWidth;
      const start = slots[kind === 'grey' ? 'colour' : 'blank'].start;
      const truth = new Float32Array(patches.length * F);
      for (const [at, patch] of patches.entries())
        truth.set(photograph.slots.subarray((start + patch) * F, (start + patch + 1) * F), at * F);
      if (patches.length === 0) return { kind, patches: [] };
      const [predicted, divergences] = (await read(() => {
        const places = tf.tensor([...patches], [1, patches.length], 'int32');
        const logits = model.predictFeatures(forward().sequence, kind, places); // [n, F]
        const target = tf.softmax(model.standardise(tf.tensor(truth, [patches.length, F]))); // [n, F]
        const log = (x: Tensor): Tensor => tf.log(tf.maximum(x, 1e-7));
        const divergence = tf.sum(tf.mul(target, tf.sub(log(target), log(tf.softmax(logits)))), 1); // [n]
        return [logits, divergence];
      })) as [Float32Array, Float32Array];
      return {
        kind,
        patches: patches.map((patch, at) => ({
          patch,
          predicted: predicted.slice(at * F, (at + 1) * F),
          truth: truth.slice(at * F, (at + 1) * F),
          divergence: divergences[at]!,
        })),
      };
    }
    default:
      return puzzle satisfies never;
  }
}

async function read(compute: () => Tensor[]): Promise<Float32Array[]> {
  const tensors = tf.tidy(compute);
  return readAll(tensors).finally(() => tf.dispose(tensors));
}

function assertNumbers(name: string, numbers: readonly number[], bound: number): void {
  const wrong = numbers.find((number) => !(Number.isInteger(number) && number >= 0 && number < bound));
  if (wrong === undefined) return;
  throw new KaleidoError({
    source: 'insight',
    problem: `${name} must be whole numbers from 0 to ${bound - 1}`,
    found: wrong,
    advice: 'compare with Puzzle',
  });
}
