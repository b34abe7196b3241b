import type { TogetherRead } from '@kaleido/insight';
import { useMemo } from 'preact/hooks';
import { HeatCanvas, heatBetween } from '../../parts/heat-canvas.tsx';
import { PartButton } from './part-button.tsx';
import { segmentsOf, sequenceLength } from './positions.ts';

interface SequencePartProps {
  readonly pieces: readonly string[] | undefined;
  readonly read: TogetherRead | undefined;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** The row of positions in the colours of caption and levels, and below it their vectors. */
export function SequencePart({ pieces, read, isOpen, onToggle }: SequencePartProps) {
  // Room for a short caption while nothing is known of it.
  const T = pieces?.length ?? 16;
  const S = sequenceLength(T);
  const values = useMemo(() => (read === undefined ? undefined : asColumns(read.embeddings, read.width)), [read]);
  const heat = useMemo(() => heatBetween(values ?? [0]), [values]);
  // The vectors may still be those of the caption before.
  const columns = read === undefined ? S : read.embeddings.length / read.width;
  return (
    <PartButton
      flow="sequence"
      class="way-in-sequence"
      title="Sequence"
      fact={
        pieces === undefined
          ? ' '
          : `${T} pieces + 55 patches = ${S} positions${read === undefined ? '' : `, ${read.width} numbers each`}`
      }
      isOpen={isOpen}
      onToggle={onToggle}
    >
      <span class="way-in-cells">
        {segmentsOf(T).map(({ scale, start, length }) => (
          <span
            key={scale}
            class={`way-in-segment way-in-tone-${scale}`}
            data-flow={`segment-${scale}`}
            style={{ flexGrow: length }}
          >
            {Array.from({ length }, (_, index) => (
              <span key={start + index} />
            ))}
          </span>
        ))}
      </span>
      <HeatCanvas class="way-in-columns" values={values} rows={read?.width ?? 1} columns={columns} heat={heat} />
    </PartButton>
  );
}

/** [S, D] as [D, S]: a column for each position. */
export function asColumns(values: Float32Array, width: number): Float32Array {
  const S = values.length / width;
  const columns = new Float32Array(values.length);
  for (let position = 0; position < S; position++)
    for (let number = 0; number < width; number++)
      columns[number * S + position] = values[position * width + number] ?? 0;
  return columns;
}
