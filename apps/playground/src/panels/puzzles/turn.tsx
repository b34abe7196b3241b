import { percent } from '../../parts/percent.ts';
import { drawTurns } from './draw-puzzle.ts';
import { Piece } from './piece.tsx';
import { usePlayedPuzzle } from './played-puzzle.ts';
import { PuzzleFrame } from './puzzle-frame.tsx';
import type { PuzzleProps } from './puzzle-props.ts';
import type { Photograph } from './use-photograph.ts';
import { Marks, Verdict } from './verdict.tsx';

const choices = ['Not at all', 'A quarter turn, clockwise', 'Upside down', 'A quarter turn, anticlockwise'] as const;

/** Level 1: the whole picture, turned by quarters. */
export function Turn({ text, seed, of, photograph }: PuzzleProps & { readonly photograph: Photograph }) {
  const truth = drawTurns(seed, of.id);
  const { patches, cutOut, error } = photograph;
  // A photograph that cannot be read has its line already.
  const puzzle = error === undefined ? ({ kind: 'rotation', turns: truth } as const) : undefined;
  const played = usePlayedPuzzle({ kind: 'turn', seed, of, puzzle, truth });
  const isAnswered = played.visitor !== undefined;
  return (
    <PuzzleFrame
      text={text}
      choices={choices.length}
      onChoose={patches === undefined ? undefined : played.answer}
      figure={
        <div class="puzzles-turned">
          <Piece
            from={cutOut}
            region={patches?.[0]}
            // Once it is answered the picture turns back.
            turns={isAnswered ? 0 : truth}
            label={isAnswered ? 'The picture, turned back' : 'A turned picture'}
          />
        </div>
      }
    >
      <ol class="puzzles-choices">
        {choices.map((name, turns) => {
          const probability = played.model?.probabilities[turns];
          return (
            <li key={name}>
              <button
                type="button"
                class="puzzles-choice"
                aria-disabled={isAnswered || patches === undefined}
                data-chosen={played.visitor === turns}
                data-right={isAnswered && turns === truth}
                onClick={() => patches !== undefined && played.answer(turns)}
              >
                <TurnIcon turns={turns} />
                <span class="puzzles-choice-name">
                  {name} <Marks played={played} choice={turns} truth={truth} />
                </span>
                <span class="number puzzles-choice-number">
                  {probability === undefined ? '' : percent(probability)}
                </span>
                <span class="puzzles-bar" aria-hidden="true">
                  <span style={{ inlineSize: `${100 * (probability ?? 0)}%` }} />
                </span>
              </button>
            </li>
          );
        })}
      </ol>
      <Verdict played={played} truth={truth} />
    </PuzzleFrame>
  );
}

/** A small shirt, turned. */
function TurnIcon({ turns }: { readonly turns: number }) {
  return (
    <svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true">
      <path
        d="M8 3 3 6.5l2 4.5 2-1v11h10V10l2 1 2-4.5L16 3c-.6 1.7-2 2.6-4 2.6S8.600 4.7 8 3z"
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linejoin="round"
        transform={`rotate(${turns * 90} 12 12)`}
      />
    </svg>
  );
}
