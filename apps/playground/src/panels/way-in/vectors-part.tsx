import { levels, patchSlots } from '@kaleido/layout';
import { useMemo } from 'preact/hooks';
import type { Seen } from '../../engine/engine-api.ts';
import { HeatCanvas, heatBetween } from '../../parts/heat-canvas.tsx';
import { PartButton } from './part-button.tsx';

interface VectorsPartProps {
  readonly seen: Seen | undefined;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** The 55 feature vectors, a column each, below their levels. */
export function VectorsPart({ seen, isOpen, onToggle }: VectorsPartProps) {
  return (
    <PartButton
      class="way-in-vectors"
      title="Vectors"
      fact={seen === undefined ? ' ' : `55 × ${seen.featureWidth} numbers`}
      isOpen={isOpen}
      onToggle={onToggle}
    >
      <span class="way-in-vector-levels">
        {levels.map(({ scale }) => (
          <span key={scale} class={`way-in-tone-${scale}`} data-flow={`vectors-${scale}`}>
            <LevelVectors seen={seen} scale={scale} />
          </span>
        ))}
      </span>
    </PartButton>
  );
}

function LevelVectors({ seen, scale }: { readonly seen: Seen | undefined; readonly scale: number }) {
  const columns = scale * scale;
  const values = useMemo(() => {
    const level = levels.find((own) => own.scale === scale);
    return seen === undefined || level === undefined ? undefined : featureColumns(seen, level.start, level.patches);
  }, [seen, scale]);
  const heat = useMemo(() => heatBetween(values ?? [0]), [values]);
  return <HeatCanvas values={values} rows={seen?.featureWidth ?? 1} columns={columns} heat={heat} />;
}

/** Feature vectors side by side, [F, patches]. */
export function featureColumns({ slots, featureWidth: F }: Seen, start: number, patches: number): Float32Array {
  const values = new Float32Array(F * patches);
  for (let patch = 0; patch < patches; patch++) {
    const slot = patchSlots[start + patch] ?? 0;
    for (let number = 0; number < F; number++) values[number * patches + patch] = slots[slot * F + number] ?? 0;
  }
  return values;
}
