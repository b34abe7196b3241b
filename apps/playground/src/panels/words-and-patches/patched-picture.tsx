import type { Box } from '@kaleido/kaleido-patches';
import type { Level } from '@kaleido/layout';
import { useId, useRef } from 'preact/hooks';
import { formatLink } from './format-link.ts';
import { fullValue, type LinkSource, strongest } from './links.ts';
import { patchBeside, patchName } from './places.ts';
import type { Geometry } from './use-geometry.ts';

interface Props {
  readonly address: string;
  readonly alt: string;
  /** Undefined while the photograph is looked at: it is shown without patches. */
  readonly geometry: Geometry | undefined;
  readonly level: Level;
  readonly source: LinkSource;
  /** [55] of the word that lights them; undefined: none does. */
  readonly values: Float32Array | undefined;
  /** The patch that is pointed at or pinned. */
  readonly active: number | undefined;
  readonly pinned: number | undefined;
  readonly onPoint: (patch: number | undefined) => void;
  readonly onPin: (patch: number) => void;
}

/** The photograph with the patches of one level over it, lit by a word. */
export function PatchedPicture(props: Props) {
  const { address, alt, geometry, level, source, values, active, pinned, onPoint, onPin } = props;
  const toolbar = useRef<HTMLDivElement>(null);
  if (geometry === undefined)
    return (
      <div class="words-frame words-on-photograph">
        <img class="words-photograph" src={address} alt={alt} />
      </div>
    );
  const { shown, patches } = geometry;
  const cells = Array.from({ length: level.patches }, (_, index) => level.start + index);
  const full = values === undefined ? 1 : fullValue(source, levelValues(values, level));
  const top = values === undefined ? [] : strongest(values, full, 3, level.start, level.patches);
  const stop = [active, pinned].find((patch) => patch !== undefined && cells.includes(patch)) ?? level.start;
  const move = (event: KeyboardEvent, patch: number): void => {
    const next = patchBeside(patch, event.key);
    if (next === undefined) return;
    event.preventDefault();
    toolbar.current?.querySelectorAll('button')[next - level.start]?.focus();
  };
  return (
    <div class="words-frame words-on-photograph">
      <svg viewBox={viewBoxOf(shown)} role="img" aria-label={alt}>
        <PhotographLayer address={address} geometry={geometry} />
        <Heat geometry={geometry} level={level} values={values} full={full} />
        <Grid geometry={geometry} level={level} />
        {top.map((patch) => (
          <Outline key={patch} box={patches[patch] as Box} kind="strong" />
        ))}
        {active !== undefined && cells.includes(active) && <Outline box={patches[active] as Box} kind="active" />}
      </svg>
      <div ref={toolbar} role="toolbar" aria-label={`Patches of level ${level.scale}; the arrow keys move`}>
        {cells.map((patch) => {
          const value = values?.[patch];
          return (
            <button
              key={patch}
              type="button"
              class="words-patch"
              style={placeIn(shown, patches[patch] as Box)}
              tabIndex={patch === stop ? 0 : -1}
              aria-pressed={patch === pinned}
              aria-label={value === undefined ? patchName(patch) : `${patchName(patch)}: ${formatLink(source, value)}`}
              onPointerEnter={({ pointerType }) => pointerType === 'mouse' && onPoint(patch)}
              onPointerLeave={() => onPoint(undefined)}
              onFocus={() => onPoint(patch)}
              onBlur={() => onPoint(undefined)}
              onClick={() => onPin(patch)}
              onKeyDown={(event) => move(event, patch)}
            >
              {value !== undefined && top.includes(patch) && (
                <span class="words-label number">{formatLink(source, value)}</span>
              )}
            </button>
          );
        })}
      </div>
    </div>
  );
}

/** Where a patch is in the picture. */
function placeIn(shown: Box, { x0, y0, x1, y1 }: Box): Record<string, string> {
  const share = (pixels: number): string => `${((100 * pixels) / (shown.x1 - shown.x0)).toFixed(3)}%`;
  return { left: share(x0 - shown.x0), top: share(y0 - shown.y0), width: share(x1 - x0), height: share(y1 - y0) };
}

/** The values of one level. */
export function levelValues(values: Float32Array, { start, patches }: Level): Float32Array {
  return values.subarray(start, start + patches);
}

/** The photograph in a picture whose units are its pixels. */
export function PhotographLayer({ address, geometry }: { readonly address: string; readonly geometry: Geometry }) {
  return <image href={address} width={geometry.width} height={geometry.height} preserveAspectRatio="none" />;
}

export type OutlineKind = 'strong' | 'active' | 'hidden' | 'spared';

interface HeatProps {
  readonly geometry: Geometry;
  readonly level: Level;
  readonly values: Float32Array | undefined;
  /** The value that is shown in full colour. */
  readonly full: number;
}

/** The patches of a level, coloured by their values: even what speaks for the word, hatched what speaks against it. */
export function Heat({ geometry, level, values, full }: HeatProps) {
  const hatch = useId();
  return (
    <g>
      <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="words-hatch" width="2.6" height="6" />
      </pattern>
      {Array.from({ length: level.patches }, (_, index) => level.start + index).map((patch) => {
        const { x0, y0, x1, y1 } = geometry.patches[patch] as Box;
        const value = values?.[patch] ?? 0;
        const strength = full === 0 ? 0 : Math.min(1, Math.abs(value) / full);
        const fill = value < 0 ? `url(#${hatch})` : `rgba(var(--heat), ${(0.78 * strength).toFixed(3)})`;
        return (
          <rect
            key={patch}
            x={x0}
            y={y0}
            width={x1 - x0}
            height={y1 - y0}
            style={{ fill, fillOpacity: value < 0 ? strength : 1 }}
          />
        );
      })}
    </g>
  );
}

/** The edges of a level's patches. */
export function Grid({ geometry, level }: Pick<HeatProps, 'geometry' | 'level'>) {
  return (
    <g class={`words-grid words-level-${level.scale}`}>
      {geometry.patches.slice(level.start, level.start + level.patches).map(({ x0, y0, x1, y1 }) => (
        <rect key={`${x0} ${y0}`} x={x0} y={y0} width={x1 - x0} height={y1 - y0} />
      ))}
    </g>
  );
}

/** The edge of one patch. */
export function Outline({ box: { x0, y0, x1, y1 }, kind }: { readonly box: Box; readonly kind: OutlineKind }) {
  const place = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
  return (
    <g>
      <rect class="words-casing" {...place} />
      <rect class={`words-outline words-outline-${kind}`} {...place} />
    </g>
  );
}

/** A part of the photograph as an SVG's `viewBox`. */
export function viewBoxOf({ x0, y0, x1, y1 }: Box): string {
  return `${x0} ${y0} ${x1 - x0} ${y1 - y0}`;
}
