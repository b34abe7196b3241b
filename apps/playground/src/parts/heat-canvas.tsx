import { useLayoutEffect, useRef } from 'preact/hooks';
import { heatColour } from './heat-colour.ts';

interface HeatCanvasProps {
  /** [rows, columns], row by row; undefined draws nothing */
  readonly values: ArrayLike<number> | undefined;
  readonly rows: number;
  readonly columns: number;
  /** From a value to how dark its cell is, 0..1. */
  readonly heat: (value: number) => number;
  readonly class?: string;
}

/** A matrix as a picture, one pixel a cell, in the colour `--heat`. What it shows must be said beside it, too. */
export function HeatCanvas({ values, rows, columns, heat, class: className }: HeatCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colour = heatColour.value;
  // Compared by what is drawn: the function is a new one at each rendering.
  const drawn = useRef<{ readonly values: unknown; readonly colour: unknown; readonly columns: number } | undefined>(
    undefined,
  );
  useLayoutEffect(() => {
    const last = drawn.current;
    if (last !== undefined && last.values === values && last.colour === colour && last.columns === columns) return;
    drawn.current = { values, colour, columns };
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined) return;
    context.clearRect(0, 0, columns, rows);
    if (values === undefined) return;
    const picture = context.createImageData(columns, rows);
    const [red, green, blue] = colour;
    for (let cell = 0; cell < rows * columns; cell++) {
      picture.data[4 * cell] = red;
      picture.data[4 * cell + 1] = green;
      picture.data[4 * cell + 2] = blue;
      // Clamped to 0..255.
      picture.data[4 * cell + 3] = 255 * heat(values[cell] ?? 0);
    }
    context.putImageData(picture, 0, 0);
  });
  return <canvas ref={canvas} width={columns} height={rows} class={className} />;
}

/** Heat from the smallest value, 0, to the largest, 1. */
export function heatBetween(values: ArrayLike<number>): (value: number) => number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const range = most - least || 1;
  return (value) => (value - least) / range;
}
