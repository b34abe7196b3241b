import type { Box } from '@kaleido/kaleido-patches';
import { levelByName } from '@kaleido/layout';
import { useEffect, useState } from 'preact/hooks';
import type { DrawnPicture } from '../../parts/drawn-picture.ts';
import { drawOrder } from './draw-puzzle.ts';
import { Likeliest } from './likeliest.tsx';
import { arrangedBy, orderOf, shown, swapped } from './orders.ts';
import { Piece } from './piece.tsx';
import { usePlayedPuzzle } from './played-puzzle.ts';
import { PuzzleFrame } from './puzzle-frame.tsx';
import type { PuzzleProps } from './puzzle-props.ts';
import { shapeOf } from './shape-of.ts';
import type { Photograph } from './use-photograph.ts';
import { Verdict } from './verdict.tsx';

const untouched = [0, 1, 2, 3];
const placeNames = ['top left', 'top right', 'bottom left', 'bottom right'];

/** Level 2: four quarters to be put in order. */
export function Shuffle({ text, seed, of, photograph }: PuzzleProps & { readonly photograph: Photograph }) {
  const truth = drawOrder(seed, of.id);
  const { patches, cutOut, error } = photograph;
  // A photograph that cannot be read has its line already.
  const puzzle = error === undefined ? ({ kind: 'jigsaw', order: truth } as const) : undefined;
  const played = usePlayedPuzzle({ kind: 'shuffle', seed, of, puzzle, truth });
  const [arrangement, setArrangement] = useState<readonly number[]>(untouched);
  const [picked, setPicked] = useState<number>();
  useEffect(() => {
    setArrangement(untouched);
    setPicked(undefined);
  }, [seed, of.id]);
  const { start } = levelByName.jigsaw;
  const quarters = shown(truth).map((quarter) => patches?.[start + quarter]);
  const isAnswered = played.visitor !== undefined;
  const placed = played.visitor === undefined ? arrangement : arrangedBy(played.visitor);
  const choose = (place: number): void => {
    if (isAnswered || patches === undefined) return;
    if (picked === undefined) setPicked(place);
    else {
      setArrangement(swapped(arrangement, picked, place));
      setPicked(undefined);
    }
  };
  return (
    <PuzzleFrame
      text={text}
      figure={
        <div class="puzzles-grid puzzles-grid-2" style={shapeOf(patches?.[0])}>
          {placed.map((piece, place) => (
            <button
              key={placeNames[place]}
              type="button"
              class="puzzles-cell"
              aria-pressed={picked === place}
              aria-disabled={isAnswered || patches === undefined}
              aria-label={`Piece ${piece + 1}, ${placeNames[place]}`}
              onClick={() => choose(place)}
            >
              <Piece from={cutOut} region={quarters[piece]} label="" />
            </button>
          ))}
        </div>
      }
    >
      <p>
        <button
          type="button"
          class="button"
          disabled={isAnswered || patches === undefined}
          onClick={() => played.answer(orderOf(arrangement))}
        >
          This is the order
        </button>
      </p>
      <Verdict played={played} truth={truth} />
      <Likeliest
        title="What the model holds likely, of 24 orders"
        played={played}
        truth={truth}
        isOnWhite
        picture={(order) => <Small cutOut={cutOut} whole={patches?.[0]} quarters={quarters} order={order} />}
      />
    </PuzzleFrame>
  );
}

interface SmallProps {
  readonly cutOut: DrawnPicture | undefined;
  readonly whole: Box | undefined;
  readonly quarters: readonly (Box | undefined)[];
  /** Undefined shows an empty frame. */
  readonly order: number | undefined;
}

/** The pieces as an order puts them. */
function Small({ cutOut, whole, quarters, order }: SmallProps) {
  return (
    <span class="puzzles-grid puzzles-grid-2" style={shapeOf(whole)}>
      {order !== undefined &&
        arrangedBy(order).map((piece) => (
          <span key={piece} class="puzzles-cell">
            <Piece from={cutOut} region={quarters[piece]} label="" />
          </span>
        ))}
    </span>
  );
}
