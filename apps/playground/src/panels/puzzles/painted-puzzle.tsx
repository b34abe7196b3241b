import type { PaintedPatch } from '@kaleido/insight';
import type { Box } from '@kaleido/kaleido-patches';
import { levelByName } from '@kaleido/layout';
import { useMemo } from 'preact/hooks';
import type { ColouredIn } from '../../engine/engine-api.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import type { DrawnPicture } from '../../parts/drawn-picture.ts';
import { Notice } from '../../parts/notice.tsx';
import { setSettings } from '../../state/place.ts';
import { viewName, viewOf } from '../../state/product.ts';
import { closenessOf } from './closeness.ts';
import { drawHidden, hiddenPatches, objectShares } from './draw-puzzle.ts';
import { type Overlay, Piece } from './piece.tsx';
import type { PaintedKind } from './puzzle-kinds.ts';
import type { PuzzleProps } from './puzzle-props.ts';
import { shapeOf } from './shape-of.ts';
import type { Photograph } from './use-photograph.ts';

interface PaintedPuzzleProps extends PuzzleProps {
  readonly photograph: Photograph;
  readonly kind: PaintedKind;
}

/** Levels 4 and 5: patches that the model colours in, beside the truth. */
export function PaintedPuzzle({ text, seed, of, photograph, kind }: PaintedPuzzleProps) {
  const { patches, cutOut, seen } = photograph;
  const hidden = useMemo(
    () => (seen === undefined ? undefined : drawHidden(kind, seed, of.id, objectShares(kind, seen))),
    [kind, seed, of.id, seen],
  );
  const asked = useAnswer<ColouredIn | undefined>(
    hidden === undefined ? undefined : `colour ${kind} ${hidden.join()} ${viewName(of)} ${of.caption}`,
    (api) => api.colour(viewOf(of), { kind, patches: hidden ?? [] }, of.caption),
  );
  // A changed caption keeps the older colours until the new ones are there; other patches do not.
  const value = asked.value?.patches.every(({ patch }, at) => hidden?.[at] === patch) ? asked.value : undefined;
  const { start } = levelByName[kind];
  const regions = useMemo(
    () => (hidden ?? []).map((patch) => patches?.[start + patch] as Box | undefined),
    [hidden, patches, start],
  );
  const shown = useMemo(() => overlaysOf(regions, () => ({ kind })), [regions, kind]);
  const painted = useMemo(
    () =>
      overlaysOf(regions, (at) => {
        const values = value?.patches[at]?.painted;
        return value === undefined || values === undefined ? { kind } : { kind: 'picture', size: value.size, values };
      }),
    [regions, kind, value],
  );
  const whole = patches?.[0];
  const common = { cutOut, whole, regions };
  return (
    <>
      <h2>{text.question}</h2>
      <div class="puzzles-three">
        <Stage title="What it sees" overlays={shown} {...common} />
        <Stage title="As it paints it" overlays={painted} {...common} isDimmed={!asked.isCurrent} />
        <Stage title="The truth" overlays={none} {...common} />
      </div>
      <div class="puzzles-caption">
        <label for="puzzles-caption">The caption that it reads beside the picture</label>
        <div>
          <input
            id="puzzles-caption"
            class="field"
            value={of.caption}
            onInput={({ currentTarget }) => setSettings({ caption: currentTarget.value })}
          />
          <button
            type="button"
            class="button"
            disabled={of.caption === of.ownCaption}
            onClick={() => setSettings({ caption: undefined })}
          >
            Its own caption
          </button>
        </div>
        <p class="soft small">{text.how}</p>
      </div>
      {asked.error !== undefined && <Notice kind="problem">{asked.error}</Notice>}
      {asked.isCurrent && asked.value === undefined && (
        <Notice kind="hint">This model’s features are no picture, so nothing of them can be painted.</Notice>
      )}
      <ul class="puzzles-patches">
        {Array.from({ length: hiddenPatches[kind] }, (_, at) => (
          <PatchRow
            key={at}
            kind={kind}
            cutOut={cutOut}
            region={regions[at]}
            size={value?.size}
            patch={value?.patches[at]}
          />
        ))}
      </ul>
      <p class="soft small puzzles-measure">
        A blur shows that the model is unsure: it paints the middle of what it holds likely. The divergence (of Kullback
        and Leibler) says how far the guess is from the truth, 0 if they are equal. It counts all features of the patch,
        of which the colours are a part.
        {kind === 'grey'
          ? ' The guess does not say how bright a patch is. That is taken from the grey patch.'
          : ' The guess does not say how bright a patch is. That is taken from the patches around.'}
      </p>
    </>
  );
}

const none: readonly Overlay[] = [];

function overlaysOf(
  regions: readonly (Box | undefined)[],
  paintOf: (at: number) => Overlay['paint'],
): readonly Overlay[] {
  return regions.flatMap((region, at) => (region === undefined ? [] : [{ region, paint: paintOf(at) }]));
}

interface StageProps {
  readonly title: string;
  readonly cutOut: DrawnPicture | undefined;
  readonly whole: Box | undefined;
  readonly regions: readonly (Box | undefined)[];
  readonly overlays: readonly Overlay[];
  readonly isDimmed?: boolean;
}

/** The whole object with the hidden patches outlined. */
function Stage({ title, cutOut, whole, regions, overlays, isDimmed = false }: StageProps) {
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <div class="puzzles-figure" data-dimmed={isDimmed}>
        <div class="puzzles-whole" style={shapeOf(whole)}>
          <Piece from={cutOut} region={whole} overlays={overlays} label={title} />
          {whole !== undefined && (
            <svg
              viewBox={`${whole.x0} ${whole.y0} ${whole.x1 - whole.x0} ${whole.y1 - whole.y0}`}
              preserveAspectRatio="none"
              aria-hidden="true"
            >
              {regions.map(
                (region) =>
                  region !== undefined && (
                    <rect
                      key={`${region.x0} ${region.y0}`}
                      x={region.x0}
                      y={region.y0}
                      width={region.x1 - region.x0}
                      height={region.y1 - region.y0}
                    />
                  ),
              )}
            </svg>
          )}
        </div>
      </div>
    </figure>
  );
}

interface PatchRowProps {
  readonly kind: PaintedKind;
  readonly cutOut: DrawnPicture | undefined;
  readonly region: Box | undefined;
  readonly size: number | undefined;
  readonly patch: PaintedPatch | undefined;
}

/** One patch large: seen, painted, true, and how close the guess is. */
function PatchRow({ kind, cutOut, region, size, patch }: PatchRowProps) {
  const pictures = useMemo(() => {
    const whole = (paint: Overlay['paint']): readonly Overlay[] => (region === undefined ? none : [{ region, paint }]);
    const small = (values: Float32Array | undefined): readonly Overlay[] =>
      values === undefined || size === undefined ? none : whole({ kind: 'picture', size, values });
    return [
      { name: 'seen', overlays: patch?.seen === undefined ? whole({ kind }) : small(patch.seen) },
      { name: 'painted', overlays: patch === undefined ? whole({ kind }) : small(patch.painted) },
      { name: 'true', overlays: small(patch?.truth) },
    ];
  }, [kind, region, size, patch]);
  const closeness = patch === undefined ? undefined : closenessOf(patch.divergence, patch.baseline);
  return (
    <li>
      <div class="puzzles-patch-pictures">
        {pictures.map(({ name, overlays }) => (
          <span key={name}>
            <span class="puzzles-patch-picture">
              <Piece from={cutOut} region={region} overlays={overlays} label={`The patch, ${name}`} />
            </span>
            <span class="soft small" aria-hidden="true">
              {name}
            </span>
          </span>
        ))}
      </div>
      <p class="puzzles-closeness">
        <b>{closeness ?? ' '}</b>
        <br />
        <span class="small">
          {patch === undefined || closeness === undefined ? (
            ' '
          ) : (
            <>
              Divergence <span class="number">{patch.divergence.toFixed(2)}</span>; of a guess that has seen nothing{' '}
              <span class="number">{patch.baseline.toFixed(2)}</span>
            </>
          )}
        </span>
      </p>
    </li>
  );
}
