import { levelByName } from '@kaleido/layout';
import { useMemo } from 'preact/hooks';
import { percent } from '../../parts/percent.ts';
import { gallery } from '../../state/gallery.ts';
import type { Product } from '../../state/product.ts';
import { drawOther, drawSwapped, objectShares } from './draw-puzzle.ts';
import { Likeliest } from './likeliest.tsx';
import { Piece } from './piece.tsx';
import { usePlayedPuzzle } from './played-puzzle.ts';
import { PuzzleFrame } from './puzzle-frame.tsx';
import type { PuzzleProps } from './puzzle-props.ts';
import { shapeOf } from './shape-of.ts';
import { type Photograph, usePhotograph } from './use-photograph.ts';
import { Verdict } from './verdict.tsx';

const { start, patches: count } = levelByName.camouflage;

/** Level 3: one of nine patches is another product's. */
export function Camouflage({ text, seed, of, photograph }: PuzzleProps & { readonly photograph: Photograph }) {
  const { items } = gallery.value;
  const drawn = useMemo(
    () =>
      drawOther(
        seed,
        of.id,
        items.filter(({ id }) => id !== of.id),
      ),
    [seed, of.id, items],
  );
  const other: Product | undefined = useMemo(() => {
    if (drawn === undefined) return undefined;
    const address = new URL(drawn.image, document.baseURI).href;
    const { id, caption } = drawn;
    const picture = { key: id, source: address };
    return { id, picture, address, caption, ownCaption: caption, box: undefined, isOwn: false };
  }, [drawn]);
  const others = usePhotograph(other);
  const { patches, cutOut, seen } = photograph;
  // Which patch is swapped depends on what can be seen of both, so that it can be found at all.
  const truth = useMemo(
    () =>
      seen === undefined || others.seen === undefined
        ? undefined
        : drawSwapped(seed, of.id, objectShares('camouflage', seen), objectShares('camouflage', others.seen)),
    [seed, of.id, seen, others.seen],
  );
  const played = usePlayedPuzzle({
    kind: 'camouflage',
    seed,
    of,
    puzzle:
      truth === undefined || other === undefined
        ? undefined
        : { kind: 'camouflage', patch: truth, other: other.picture },
    truth: truth ?? 0,
  });
  const isAnswered = played.visitor !== undefined;
  const isSet = truth !== undefined && cutOut !== undefined && others.cutOut !== undefined;
  return (
    <PuzzleFrame
      text={text}
      choices={count}
      onChoose={isSet ? played.answer : undefined}
      figure={
        <div class="puzzles-grid puzzles-grid-3" style={shapeOf(patches?.[0])}>
          {Array.from({ length: count }, (_, patch) => {
            const isOther = isSet && patch === truth;
            const probability = played.model?.probabilities[patch];
            return (
              <button
                key={patch}
                type="button"
                class="puzzles-cell"
                aria-disabled={isAnswered || !isSet}
                aria-label={labelOf(patch, probability)}
                data-chosen={played.visitor === patch}
                data-right={isAnswered && isOther}
                onClick={() => isSet && played.answer(patch)}
              >
                <Piece
                  from={isOther ? others.cutOut : cutOut}
                  region={(isOther ? others.patches : patches)?.[start + patch]}
                  label=""
                />
                {probability !== undefined && <span class="puzzles-cell-answer number">{percent(probability)}</span>}
              </button>
            );
          })}
        </div>
      }
    >
      {isSet || photograph.error !== undefined ? (
        <Verdict played={played} truth={truth ?? 0} />
      ) : (
        <p class="soft puzzles-verdict">The puzzle is set as soon as the model has seen both products.</p>
      )}
      <Likeliest
        title="What the model holds likely"
        played={played}
        truth={truth ?? 0}
        picture={(patch) => <PlaceIcon patch={patch} />}
      />
      <div class="puzzles-intruder">
        {isAnswered && other !== undefined && (
          <>
            <img src={other.address} alt="" width="72" height="72" />
            <p class="soft small">The patch was from this one: {other.caption}</p>
          </>
        )}
      </div>
    </PuzzleFrame>
  );
}

function labelOf(patch: number, probability: number | undefined): string {
  const place = `Patch ${patch + 1}: row ${Math.floor(patch / 3) + 1}, column ${(patch % 3) + 1}`;
  return probability === undefined ? place : `${place}; the model says ${percent(probability)}`;
}

/** Where a patch lies among the nine. */
function PlaceIcon({ patch }: { readonly patch: number | undefined }) {
  return (
    <svg class="puzzles-place" viewBox="0 0 36 36" width="36" height="36" aria-hidden="true">
      {Array.from({ length: count }, (_, at) => (
        <rect
          key={at}
          x={1 + 12 * (at % 3)}
          y={1 + 12 * Math.floor(at / 3)}
          width="10"
          height="10"
          rx="1"
          data-here={at === patch}
        />
      ))}
    </svg>
  );
}
