import type { GuessedWords, WordFigures, WordsRead } from '../evaluation.ts';
import type { Guess, NeighbourCounts } from './neighbour-counts.ts';

/** The masked pieces of some captions. */
export interface MaskedPieces {
  /** Captions that they are from. */
  readonly captions: number;
  /** [N] the true pieces */
  readonly truth: Int32Array;
  /** [N] the true pieces beside each */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** [N] what each speaks of, e.g. `colour`, if it is known */
  readonly aspects?: readonly (string | undefined)[];
}

/** A model's answers for masked pieces. */
export interface PieceAnswers {
  /** [N] the most likely pieces */
  readonly pieces: Int32Array;
  /** [N] -log of the true piece's probability */
  readonly losses: Float32Array;
}

/** A model's answers for the same pieces under three conditions. */
export interface WordAnswers {
  readonly ownPhotograph: PieceAnswers;
  readonly otherPhotograph: PieceAnswers;
  readonly noPhotograph: PieceAnswers;
}

/** Pieces that speak of no aspect. */
const noAspect = 'none';

/**
 * Accuracy and cross-entropy of masked pieces, with counting beside them.
 * @param counts of the training captions; omitted: no baseline
 */
export function wordFigures(masked: MaskedPieces, answers: WordAnswers, counts?: NeighbourCounts): WordFigures {
  const all = Array.from(masked.truth.keys());
  const { aspects } = masked;
  const byAspect = new Map<string, number[]>();
  for (const at of aspects === undefined ? [] : all) {
    const name = aspects?.[at] ?? noAspect;
    const places = byAspect.get(name) ?? [];
    byAspect.set(name, places);
    places.push(at);
  }
  const sorted = [...byAspect].sort(([, a], [, b]) => b.length - a.length);
  return {
    captions: masked.captions,
    ...figuresOf(masked, answers, counts, all),
    ...(aspects === undefined
      ? {}
      : {
          byAspect: Object.fromEntries(
            sorted.map(([name, places]) => [name, figuresOf(masked, answers, counts, places)]),
          ),
        }),
  };
}

function figuresOf(
  { truth, left, right }: MaskedPieces,
  { ownPhotograph, otherPhotograph, noPhotograph }: WordAnswers,
  counts: NeighbourCounts | undefined,
  places: readonly number[],
): WordsRead {
  const answered = ({ pieces, losses }: PieceAnswers): GuessedWords =>
    mean(places, (at) => ({ right: pieces[at] === truth[at], loss: losses[at] as number }));
  const guessed = (guess: (at: number) => Guess): GuessedWords =>
    mean(places, (at) => {
      const { piece, probability } = guess(at);
      return { right: piece === truth[at], loss: -Math.log(probability) };
    });
  return {
    pieces: places.length,
    ...answered(ownPhotograph),
    otherPhotograph: answered(otherPhotograph),
    noPhotograph: answered(noPhotograph),
    ...(counts === undefined
      ? {}
      : {
          commonest: guessed((at) => counts.guessCommonest(truth[at] as number)),
          neighbours: guessed((at) => counts.guess(left[at] as number, right[at] as number, truth[at] as number)),
        }),
  };
}

function mean(
  places: readonly number[],
  of: (at: number) => { readonly right: boolean; readonly loss: number },
): GuessedWords {
  let right = 0;
  let loss = 0;
  for (const at of places) {
    const one = of(at);
    if (one.right) right++;
    loss += one.loss;
  }
  return { accuracy: (100 * right) / places.length, crossEntropy: loss / places.length };
}
