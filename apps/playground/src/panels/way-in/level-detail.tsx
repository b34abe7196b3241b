import { type LevelName, levels } from '@kaleido/layout';
import { linkTo, numberSetting, setSettings } from '../../state/place.ts';
import type { DetailProps } from './detail-props.ts';
import { sizeOf } from './drag-box.ts';
import { PatchCard } from './patch-card.tsx';
import { PatchGrid } from './patch-grid.tsx';
import { nameOfPatch, placeOfPatch } from './positions.ts';
import { widthWithin } from './width-within.ts';

/** What the model practised on the level while it was trained. */
const practice: Readonly<Record<LevelName, string>> = {
  rotation: 'it was turned, and the model had to say how far',
  jigsaw: 'they were shuffled, and the model had to say how',
  camouflage: 'one was swapped for that of another product, and the model had to find it',
  grey: 'some lost their colours, and the model had to colour them in',
  blank: 'some were blanked, and the model had to fill them in',
};

/** A level's patches, enlarged; one of them is taken apart. */
export function LevelDetail(given: DetailProps) {
  const { answers, pictures } = given;
  const scale = numberSetting('level', { least: 1, most: 5, otherwise: 3 });
  const level = levels.find((own) => own.scale === scale);
  const asked = numberSetting('patch', { least: 0, most: 54, otherwise: -1 });
  if (level === undefined) return null;
  const { start, patches } = level;
  const isHere = asked >= start && asked < start + patches;
  // In the middle there is most to see.
  const chosen = isHere ? asked : start + Math.floor(patches / 2);
  const box = answers.box;
  return (
    <>
      <p class="way-in-lead">
        In training {practice[level.name]}. <a href={linkTo('puzzles')}>Try it yourself.</a>
      </p>
      <div class="way-in-sides">
        <div
          class={`way-in-patches way-in-tone-${scale}`}
          style={{
            gridTemplateColumns: `repeat(${scale}, 1fr)`,
            maxWidth: widthWithin(box === undefined ? undefined : sizeOf(box)),
          }}
        >
          {Array.from({ length: patches }, (_, index) => {
            const patch = start + index;
            const place = placeOfPatch(patch);
            const cell = cellOf(box, scale, index);
            return (
              <button
                key={patch}
                type="button"
                aria-label={place === undefined ? '' : nameOfPatch(place)}
                aria-pressed={patch === chosen}
                onClick={() => setSettings({ patch: String(patch) })}
              >
                <PatchGrid picture={pictures.cutOut} box={cell} scale={1} side={scale === 1 ? 480 : 240} />
              </button>
            );
          })}
        </div>
        <PatchCard patch={chosen} answers={answers} />
      </div>
    </>
  );
}

type CutBox = DetailProps['answers']['box'];

/** A patch of the box as it stands, also while it is being dragged and the model has not looked yet. */
function cellOf(box: CutBox, scale: number, index: number): CutBox {
  if (box === undefined) return undefined;
  const [row, column] = [Math.floor(index / scale), index % scale];
  const edge = (start: number, end: number, at: number): number => start + Math.floor((at * (end - start)) / scale);
  return {
    x0: edge(box.x0, box.x1, column),
    x1: edge(box.x0, box.x1, column + 1),
    y0: edge(box.y0, box.y1, row),
    y1: edge(box.y0, box.y1, row + 1),
  };
}
