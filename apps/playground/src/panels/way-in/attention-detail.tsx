import { useId, useState } from 'preact/hooks';
import { numberSetting, setSettings } from '../../state/place.ts';
import type { DetailProps } from './detail-props.ts';
import { attentionOf, chosenHead } from './layers-parts.tsx';
import { type Cell, MatrixPlot } from './matrix-plot.tsx';
import { largest, percent, rankOf } from './numbers.ts';
import { PatchPreview } from './patch-preview.tsx';
import { nameOf, positionAt, segmentsOf, sequenceLength } from './positions.ts';

/** The attention of one head: which position looks at which, and how much. */
export function AttentionDetail({ answers: { read, seen, pieces: written }, pictures }: DetailProps) {
  const described = useId();
  const [pointed, setPointed] = useState<Cell>();
  const [layers, heads] = [read?.attentions.length ?? 2, read?.heads ?? 4];
  const { layer, head } = chosenHead(layers, heads);
  const pieces = read?.caption.pieces ?? written ?? [];
  const S = sequenceLength(pieces.length);
  const segments = segmentsOf(pieces.length);
  const values = read === undefined ? undefined : attentionOf(read, layer, head);
  const most = values === undefined ? 1 : largest(values).value;
  const chosen = {
    row: numberSetting('from', { least: 0, most: S - 1, otherwise: Math.min(1, S - 1) }),
    column: numberSetting('to', { least: 0, most: S - 1, otherwise: pieces.length }),
  };
  const { row, column } = pointed ?? chosen;
  const [looking, seenBy] = [positionAt(pieces, row), positionAt(pieces, column)];
  const ownRow = values?.subarray(row * S, (row + 1) * S);
  const best = ownRow === undefined ? [] : rankOf(ownRow, 5);
  const choose = (cell: Cell): void => setSettings({ from: String(cell.row), to: String(cell.column) });
  return (
    <>
      <div class="way-in-switches">
        <Numbers name="Layer" count={layers} chosen={layer} setting="layer" />
        <Numbers name="Head" count={heads} chosen={head} setting="head" />
      </div>
      <div class="way-in-sides">
        <div class="way-in-square">
          <p class="soft small">
            Each line looks at all columns. The stronger the colour, the more; the strongest is {percent(most)}.
          </p>
          <MatrixPlot
            values={values}
            rows={S}
            columns={S}
            heat={(value) => Math.sqrt(value / most)}
            columnSegments={segments}
            rowSegments={segments}
            chosen={chosen}
            onChoose={choose}
            onPoint={setPointed}
            label={`Attention of layer ${layer + 1}, head ${head + 1}. Arrow keys choose a cell.`}
            describedBy={described}
          />
        </div>
        <div id={described} class="way-in-card" aria-live="polite">
          <p class="way-in-look">
            <PatchPreview position={looking} seen={seen} picture={pictures.cutOut} />
            <span class="way-in-look-arrow" aria-hidden="true" />
            <PatchPreview position={seenBy} seen={seen} picture={pictures.cutOut} />
            <strong class="number">{ownRow === undefined ? ' ' : percent(ownRow[column] ?? 0)}</strong>
          </p>
          <p class="way-in-look-words">
            {looking !== undefined && seenBy !== undefined && (
              <>
                Of all its attention, {nameOf(looking)} gives{' '}
                {ownRow === undefined ? '…' : percent(ownRow[column] ?? 0)} to {nameOf(seenBy)}. If it looked everywhere
                alike, that would be {percent(1 / S)}.
              </>
            )}
          </p>
          <h3>Where it looks</h3>
          <p class="way-in-bands" aria-hidden="true">
            {segments.map(({ scale, start, length }) => (
              <span key={scale} class={`way-in-tone-${scale}`} style={{ flexGrow: sumOf(ownRow, start, length) }} />
            ))}
          </p>
          <ul class="way-in-band-names">
            {segments.map(({ scale, name, start, length }) => (
              <li key={scale} class={`way-in-tone-${scale}`}>
                <span aria-hidden="true" />
                {name}{' '}
                <span class="number">{ownRow === undefined ? ' ' : percent(sumOf(ownRow, start, length), 0)}</span>
              </li>
            ))}
          </ul>
          <h3>At what most</h3>
          <ol class="way-in-best">
            {best.map((index) => {
              const position = positionAt(pieces, index);
              return (
                <li key={index}>
                  <button type="button" onClick={() => choose({ row, column: index })}>
                    <PatchPreview position={position} seen={seen} picture={pictures.cutOut} />
                    <span class="number">{percent(ownRow?.[index] ?? 0)}</span>
                    <span class="visually-hidden">{position === undefined ? '' : nameOf(position)}</span>
                  </button>
                </li>
              );
            })}
          </ol>
        </div>
      </div>
    </>
  );
}

function sumOf(row: Float32Array | undefined, start: number, length: number): number {
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += row?.[i] ?? 0;
  return sum;
}

interface NumbersProps {
  readonly name: string;
  readonly count: number;
  readonly chosen: number;
  /** In the address, from 1. */
  readonly setting: string;
}

function Numbers({ name, count, chosen, setting }: NumbersProps) {
  return (
    <fieldset class="way-in-numbers">
      <legend>{name}</legend>
      <span class="switch">
        {Array.from({ length: count }, (_, index) => (
          <button
            key={index}
            type="button"
            aria-label={`${name} ${index + 1}`}
            aria-pressed={index === chosen}
            onClick={() => setSettings({ [setting]: String(index + 1) })}
          >
            {index + 1}
          </button>
        ))}
      </span>
    </fieldset>
  );
}
