import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { type Html, trustedMarkup } from './html.ts';

/** A small plot in the size and style that all curves of a page share; x and y are axes without ticks of their own. */
export function drawCurve({ x, y, marks }: Pick<Plot.PlotOptions, 'x' | 'y' | 'marks'>): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const plot = Plot.plot({
    document,
    width: 320,
    height: 176,
    marginLeft: 42,
    marginRight: 12,
    marginTop: 22,
    marginBottom: 34,
    style: { fontSize: '11px', fontFamily: 'inherit', background: 'none' },
    x: { labelArrow: 'none', tickSize: 0, ...x },
    y: { labelArrow: 'none', ticks: 4, tickSize: 0, grid: true, ...y },
    ...(marks === undefined ? {} : { marks }),
  });
  return trustedMarkup(plot.outerHTML);
}
