import type { Box } from '@kaleido/kaleido-patches';
import { type Level, levels } from '@kaleido/layout';
import { Grid, Heat, Outline, PhotographLayer, viewBoxOf } from './patched-picture.tsx';
import { levelOf } from './places.ts';
import type { Geometry } from './use-geometry.ts';

interface Props {
  readonly address: string;
  readonly geometry: Geometry | undefined;
  readonly values: Float32Array | undefined;
  readonly full: number;
  /** The patch that is pointed at or pinned. */
  readonly active: number | undefined;
  readonly chosen: Level;
  readonly onChoose: (level: Level) => void;
}

/** All five levels as small pictures, lit alike; one of them is shown large. */
export function LevelChoice({ address, geometry, values, full, active, chosen, onChoose }: Props) {
  return (
    <fieldset class="words-levels">
      <legend class="visually-hidden">Level of the patches</legend>
      {levels.map((level) => (
        <button
          key={level.scale}
          type="button"
          class={`words-level words-level-${level.scale}`}
          aria-pressed={level === chosen}
          onClick={() => onChoose(level)}
        >
          <span class="words-small words-on-photograph">
            {geometry === undefined ? (
              <img src={address} alt="" />
            ) : (
              <svg viewBox={viewBoxOf(geometry.shown)} aria-hidden="true">
                <PhotographLayer address={address} geometry={geometry} />
                <Heat geometry={geometry} level={level} values={values} full={full} />
                <Grid geometry={geometry} level={level} />
                {active !== undefined && levelOf(active) === level && (
                  <Outline box={geometry.patches[active] as Box} kind="active" />
                )}
              </svg>
            )}
          </span>
          <span class="words-level-name">
            Level {level.scale}
            <span class="soft">
              {level.scale} × {level.scale}
            </span>
          </span>
        </button>
      ))}
    </fieldset>
  );
}
