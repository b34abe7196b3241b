import { useId, useMemo, useState } from 'preact/hooks';
import { heatBetween } from '../../parts/heat-canvas.tsx';
import { numberSetting, setSettings } from '../../state/place.ts';
import type { DetailProps } from './detail-props.ts';
import { Facts } from './facts.tsx';
import { MatrixPlot } from './matrix-plot.tsx';
import { PatchPreview } from './patch-preview.tsx';
import { nameOf, positionAt, segmentsOf, sequenceLength } from './positions.ts';
import { asColumns } from './sequence-part.tsx';
import { VectorStrip } from './vector-strip.tsx';

/** The vectors of all positions, before the first layer and after each. */
export function SequenceDetail({ answers: { pieces: written, read, seen }, pictures }: DetailProps) {
  const described = useId();
  const [pointed, setPointed] = useState<number>();
  const pieces = read?.caption.pieces ?? written ?? [];
  const S = sequenceLength(pieces.length);
  const layers = read?.layers.length ?? 2;
  const after = numberSetting('after', { least: 0, most: layers, otherwise: 0 });
  const states = after === 0 ? read?.embeddings : read?.layers[after - 1];
  const width = read?.width ?? 1;
  const values = useMemo(() => (states === undefined ? undefined : asColumns(states, width)), [states, width]);
  const heat = useMemo(() => heatBetween(values ?? [0]), [values]);
  const chosen = numberSetting('position', { least: 0, most: S - 1, otherwise: pieces.length });
  const shown = pointed ?? chosen;
  const position = positionAt(pieces, shown);
  return (
    <>
      <p class="way-in-lead">
        Words and patches are columns of the same height now. Each layer rewrites every column with what it found in the
        others.
      </p>
      <fieldset class="switch">
        <legend class="visually-hidden">Vectors</legend>
        {Array.from({ length: layers + 1 }, (_, index) => (
          <button
            key={index}
            type="button"
            aria-pressed={after === index}
            onClick={() => setSettings({ after: index === 0 ? undefined : String(index) })}
          >
            {index === 0 ? 'On the way in' : `After layer ${index}`}
          </button>
        ))}
      </fieldset>
      <MatrixPlot
        values={values}
        rows={width}
        columns={S}
        heat={heat}
        columnSegments={segmentsOf(pieces.length)}
        isByColumn
        chosen={{ row: 0, column: chosen }}
        onChoose={({ column }) => setSettings({ position: String(column) })}
        onPoint={(cell) => setPointed(cell?.column)}
        label="The sequence. Left and right arrows choose a position."
        describedBy={described}
      />
      <div id={described} class="way-in-inspected" aria-live="polite">
        <PatchPreview position={position} seen={seen} picture={pictures.cutOut} />
        <div>
          <Facts facts={[[`Position ${shown + 1} of ${S}`, position === undefined ? undefined : nameOf(position)]]} />
          <VectorStrip vector={states?.subarray(shown * width, (shown + 1) * width)} />
        </div>
      </div>
    </>
  );
}
