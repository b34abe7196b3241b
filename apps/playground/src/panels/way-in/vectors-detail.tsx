import { patchCount } from '@kaleido/layout';
import { useId, useMemo, useState } from 'preact/hooks';
import { engine } from '../../engine/engine.ts';
import { numberSetting, setSettings } from '../../state/place.ts';
import type { DetailProps } from './detail-props.ts';
import { MatrixPlot } from './matrix-plot.tsx';
import { PatchCard } from './patch-card.tsx';
import { segmentsOf } from './positions.ts';
import { featureColumns } from './vectors-part.tsx';

const segments = segmentsOf(0).filter(({ scale }) => scale > 0);

/** All 55 feature vectors side by side; one of them is taken apart. */
export function VectorsDetail({ answers }: DetailProps) {
  const { seen } = answers;
  const described = useId();
  const [pointed, setPointed] = useState<number>();
  const chosen = numberSetting('patch', { least: 0, most: patchCount - 1, otherwise: 0 });
  const state = engine.value;
  const features = state.kind === 'ready' ? state.report.model.features : [];
  const rowSegments = features.map(({ kind, start, width }) => ({ scale: 0, name: kind, start, length: width }));
  const values = useMemo(() => (seen === undefined ? undefined : featureColumns(seen, 0, patchCount)), [seen]);
  return (
    <>
      <p class="way-in-lead">
        A column is a patch, a line is a number: the stronger the colour, the larger. Computers compare such lists
        easily, pictures not.
      </p>
      <div class="way-in-sides">
        <MatrixPlot
          values={values}
          rows={seen?.featureWidth ?? 1}
          columns={patchCount}
          heat={(value) => value}
          columnSegments={segments}
          rowSegments={rowSegments.length === 0 ? undefined : rowSegments}
          isByColumn
          chosen={{ row: 0, column: chosen }}
          onChoose={({ column }) => setSettings({ patch: String(column) })}
          onPoint={(cell) => setPointed(cell?.column)}
          label="The 55 vectors. Left and right arrows choose a patch."
          describedBy={described}
        />
        <div id={described} aria-live="polite">
          <PatchCard patch={pointed ?? chosen} answers={answers} />
        </div>
      </div>
    </>
  );
}
