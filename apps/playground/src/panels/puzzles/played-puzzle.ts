import type { PuzzleAnswer } from '@kaleido/insight';
import { useEffect } from 'preact/hooks';
import type { PuzzleToSet } from '../../engine/engine-api.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { type Product, viewName, viewOf } from '../../state/product.ts';
import type { PlayedKind } from './puzzle-kinds.ts';
import { keepRound, type Round, rounds } from './rounds.ts';

type Choices = Extract<PuzzleAnswer, { readonly probabilities: Float32Array }>;

/** A puzzle between the visitor and the model. */
export interface PlayedPuzzle {
  /** The visitor's answer; undefined until there is one. */
  readonly visitor: number | undefined;
  /** The model's answer and probabilities: hidden until the visitor has answered. */
  readonly model: Choices | undefined;
  /** Why the model has no answer. */
  readonly error: string | undefined;
  /** Answers for the visitor. Only the first answer counts. */
  readonly answer: (choice: number) => void;
}

interface PuzzleToPlay {
  readonly kind: PlayedKind;
  readonly seed: number;
  readonly of: Product;
  /** Undefined while it is not known yet. */
  readonly puzzle: PuzzleToSet | undefined;
  readonly truth: number;
}

/** Lets the visitor and the model answer a puzzle, and keeps the score. */
export function usePlayedPuzzle({ kind, seed, of, puzzle, truth }: PuzzleToPlay): PlayedPuzzle {
  const key = `${kind} ${seed} ${viewName(of)} ${of.caption}`;
  const asked = useAnswer<PuzzleAnswer>(puzzle === undefined ? undefined : `solve ${key}`, async (api) => {
    if (puzzle === undefined) throw new Error('There is no puzzle.');
    return api.solve(viewOf(of), puzzle, of.caption);
  });
  const round = rounds.value.find((kept) => kept.key === key);
  const answer =
    asked.isCurrent && asked.value !== undefined && 'probabilities' in asked.value ? asked.value : undefined;
  useEffect(() => {
    if (round !== undefined && answer !== undefined && round.model !== answer.answer)
      keepRound({ ...round, model: answer.answer });
  }, [round, answer]);
  return {
    visitor: round?.visitor,
    model: round === undefined ? undefined : answer,
    error: asked.error,
    answer(choice) {
      if (puzzle === undefined || round !== undefined) return;
      const played: Round = { key, kind, truth, visitor: choice };
      keepRound(answer === undefined ? played : { ...played, model: answer.answer });
    },
  };
}
