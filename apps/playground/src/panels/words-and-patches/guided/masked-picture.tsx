import type { Box } from '@kaleido/kaleido-patches';
import type { Level } from '@kaleido/layout';
import { useId } from 'preact/hooks';
import { Grid, Outline, PhotographLayer, viewBoxOf } from '../patched-picture.tsx';
import { patchName } from '../places.ts';
import type { Geometry } from '../use-geometry.ts';
import type { GuidedState } from './guided-state.ts';

interface Props {
  readonly address: string;
  readonly geometry: Geometry | undefined;
  readonly level: Level;
  /** Undefined until the model answers. */
  readonly state: GuidedState | undefined;
}

/** One level of the photograph with what is hidden of it. */
export function MaskedPicture({ address, geometry, level, state }: Props) {
  const hatch = useId();
  if (geometry === undefined) return <img class="words-photograph" src={address} alt="" />;
  const own = Array.from({ length: level.patches }, (_, index) => level.start + index);
  const hidden = own.filter((patch) => state?.patches.has(patch));
  const boxOf = (patch: number): Box => geometry.patches[patch] as Box;
  const current = state?.step === undefined || !own.includes(state.step.patch) ? undefined : state.step.patch;
  return (
    <svg viewBox={viewBoxOf(geometry.shown)} role="img" aria-label={describe(level, hidden, current)}>
      <PhotographLayer address={address} geometry={geometry} />
      <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="words-swapped-ground" width="5" height="5" />
        <rect class="words-swapped-stripe" width="2.4" height="5" />
      </pattern>
      {hidden.map((patch) => {
        const { x0, y0, x1, y1 } = boxOf(patch);
        const place = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
        if (level.scale === 4)
          return (
            <svg key={patch} {...place} viewBox={viewBoxOf(boxOf(patch))} class="words-greyed" aria-hidden="true">
              <PhotographLayer address={address} geometry={geometry} />
            </svg>
          );
        return (
          <rect
            key={patch}
            {...place}
            {...(level.scale === 3 ? { fill: `url(#${hatch})` } : { class: 'words-blanked' })}
          />
        );
      })}
      <Grid geometry={geometry} level={level} />
      {own
        .filter((patch) => state?.sparedPatches.has(patch) && !state.patches.has(patch))
        .map((patch) => (
          <Outline key={patch} box={boxOf(patch)} kind="spared" />
        ))}
      {hidden.map((patch) => (
        <Outline key={patch} box={boxOf(patch)} kind="hidden" />
      ))}
      {current !== undefined && <Outline box={boxOf(current)} kind="active" />}
    </svg>
  );
}

function describe({ scale }: Level, hidden: readonly number[], current: number | undefined): string {
  const names = hidden.map((patch) => patchName(patch).replace(/^Level \d, /, ''));
  return [
    `Level ${scale}, ${names.length === 0 ? 'nothing hidden' : `hidden: ${names.join('; ')}`}`,
    ...(current === undefined ? [] : [`this step: ${patchName(current)}`]),
  ].join('. ');
}
