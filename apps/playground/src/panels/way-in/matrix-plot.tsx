import { useState } from 'preact/hooks';
import { HeatCanvas } from '../../parts/heat-canvas.tsx';
import type { Segment } from './positions.ts';

/** A cell of a matrix; of a matrix of columns only the column counts. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

interface MatrixPlotProps {
  /** [rows, columns] */
  readonly values: ArrayLike<number> | undefined;
  readonly rows: number;
  readonly columns: number;
  readonly heat: (value: number) => number;
  readonly columnSegments: readonly Segment[];
  /** Absent where lines have no names. */
  readonly rowSegments?: readonly Segment[] | undefined;
  /** A column is chosen, not a cell. */
  readonly isByColumn?: true;
  readonly chosen: Cell;
  readonly onChoose: (cell: Cell) => void;
  /** The cell below the pointer; undefined when it leaves. */
  readonly onPoint: (cell: Cell | undefined) => void;
  readonly label: string;
  /** What says the chosen cell in words. */
  readonly describedBy: string;
}

const moves: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** A heat map with axes whose cells are looked at by pointer or arrow keys. */
export function MatrixPlot(given: MatrixPlotProps) {
  const { values, rows, columns, heat, columnSegments, rowSegments, isByColumn, chosen, onChoose, onPoint } = given;
  const [pointed, setPointed] = useState<Cell>();
  const point = (cell: Cell | undefined): void => {
    if (cell?.row === pointed?.row && cell?.column === pointed?.column) return;
    setPointed(cell);
    onPoint(cell);
  };
  const cellAt = (event: MouseEvent & { readonly currentTarget: HTMLElement }): Cell => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const index = (share: number, count: number): number => Math.max(0, Math.min(count - 1, Math.floor(share * count)));
    return {
      row: index((event.clientY - top) / height, rows),
      column: index((event.clientX - left) / width, columns),
    };
  };
  const { row, column } = pointed ?? chosen;
  return (
    <div class={`way-in-plot ${rowSegments === undefined ? 'way-in-plot-columns' : ''}`}>
      <Axis segments={columnSegments} side="top" />
      {rowSegments !== undefined && <Axis segments={rowSegments} side="left" />}
      <button
        type="button"
        class="way-in-plot-map"
        aria-label={given.label}
        aria-describedby={given.describedBy}
        onPointerMove={(event) => point(cellAt(event))}
        onPointerLeave={() => point(undefined)}
        onClick={(event) => {
          // A press of Enter is a click without a place.
          if (event.detail > 0) onChoose(cellAt(event));
        }}
        onKeyDown={(event) => {
          const move = moves[event.key];
          if (move === undefined || (isByColumn && move[0] !== 0)) return;
          event.preventDefault();
          point(undefined);
          const step = event.shiftKey ? 10 : 1;
          onChoose({
            row: Math.max(0, Math.min(rows - 1, chosen.row + step * move[0])),
            column: Math.max(0, Math.min(columns - 1, chosen.column + step * move[1])),
          });
        }}
      >
        <HeatCanvas values={values} rows={rows} columns={columns} heat={heat} />
        <svg viewBox={`0 0 ${columns} ${rows}`} preserveAspectRatio="none" aria-hidden="true">
          <rect x={column} y={0} width={1} height={rows} />
          {!isByColumn && <rect x={0} y={row} width={columns} height={1} />}
        </svg>
      </button>
    </div>
  );
}

function Axis({ segments, side }: { readonly segments: readonly Segment[]; readonly side: 'top' | 'left' }) {
  const wide = 0.09 * segments.reduce((sum, { length }) => sum + length, 0);
  return (
    <div class={`way-in-axis way-in-axis-${side}`} aria-hidden="true">
      {segments.map(({ scale, name, length }) => (
        <span key={name} class={`way-in-tone-${scale}`} style={{ flexGrow: length }}>
          {/* Where a stretch is too narrow for its name, its colour says it. */}
          {length >= wide && <span>{name}</span>}
        </span>
      ))}
    </div>
  );
}
