import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { textWidth } from '../alignment/text-width.ts';
import { decimal } from '../report/format.ts';
import { type Html, html, trustedMarkup } from '../report/html.ts';
import type { AblationFigure, AblationGroup, AblationRow, AblationTable, AblationValue } from './ablation-table.ts';

const fontSize = 11;
const rowHeight = 24;
const margins = { top: 8, bottom: 24, right: 14 };

/** A row of a plot. */
interface Point extends AblationValue {
  readonly title: string;
}

/** One plot per figure: a variant a row, a dot at the mean, a bar of one deviation to each side, a ring for each seed. */
export function ablationPlots(table: AblationTable, group: AblationGroup): Html {
  const reference = table.groups.flatMap(({ variants }) => variants).find(({ name }) => name === table.reference);
  return html`<div class="curves">${table.figures.map((figure) =>
    plotOfFigure(figure, group.variants, reference?.values[figure.key]?.mean, rangeOf(table, figure)),
  )}</div>`;
}

function plotOfFigure(
  { key, title }: AblationFigure,
  variants: readonly AblationRow[],
  reference: number | undefined,
  range: readonly [number, number],
): Html | undefined {
  const points = variants.flatMap((row): Point[] => {
    const value = row.values[key];
    return value === undefined ? [] : [{ ...value, title: row.title }];
  });
  if (points.length === 0) return undefined;
  const label = points
    .map(({ title: variant, mean, standardDeviation }) => {
      const spread = standardDeviation === undefined ? '' : ` ± ${decimal(standardDeviation)}`;
      return `${variant} ${decimal(mean)}${spread}`;
    })
    .join('; ');
  return html`<figure class="curve">
    <figcaption><b>${title}</b></figcaption>
    <div role="img" aria-label="${title}: ${label}">${draw(points, reference, range)}</div>
  </figure>`;
}

/** The same for all groups, so that they can be compared. */
function rangeOf({ groups }: AblationTable, { key }: AblationFigure): [number, number] {
  const values = groups
    .flatMap(({ variants }) => variants)
    .flatMap(({ values: { [key]: value } }) => {
      if (value === undefined) return [];
      const { mean, standardDeviation: spread = 0, bySeed } = value;
      return [mean - spread, mean + spread, ...Object.values(bySeed)];
    });
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const margin = least === most ? 1 : (most - least) * 0.05;
  return [least - margin, most + margin];
}

function draw(points: readonly Point[], reference: number | undefined, range: readonly [number, number]): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const colour = 'var(--accent)';
  const titles = points.map(({ title }) => title);
  const spreads = points.flatMap(({ title, mean, standardDeviation }) =>
    standardDeviation === undefined ? [] : [{ title, from: mean - standardDeviation, to: mean + standardDeviation }],
  );
  const ends = spreads.flatMap(({ title, from, to }) => [
    { title, at: from },
    { title, at: to },
  ]);
  const seeds = points.flatMap(({ title, bySeed }) => Object.values(bySeed).map((at) => ({ title, at })));
  const plot = Plot.plot({
    document,
    width: 320,
    height: margins.top + margins.bottom + rowHeight * points.length,
    marginLeft: Math.ceil(Math.max(...titles.map((title) => textWidth(title, fontSize)))) + 16,
    marginRight: margins.right,
    marginTop: margins.top,
    marginBottom: margins.bottom,
    style: { fontSize: `${fontSize}px`, fontFamily: 'inherit', background: 'none' },
    x: { label: null, ticks: 4, tickSize: 0, grid: true, domain: [...range] },
    y: { type: 'band', label: null, tickSize: 0, domain: titles, padding: 0 },
    marks: [
      ...(reference === undefined
        ? []
        : [Plot.ruleX([reference], { stroke: 'currentColor', strokeOpacity: 0.55, strokeDasharray: '3 3' })]),
      Plot.ruleY(spreads, { y: 'title', x1: 'from', x2: 'to', stroke: colour, strokeWidth: 1.8 }),
      Plot.tickX(ends, { y: 'title', x: 'at', stroke: colour, strokeWidth: 1.8, insetTop: 7, insetBottom: 7 }),
      Plot.dot(seeds, { y: 'title', x: 'at', r: 2.2, stroke: colour, strokeOpacity: 0.6, strokeWidth: 1 }),
      Plot.dot(points, { y: 'title', x: 'mean', r: 4, fill: colour }),
    ],
  });
  return trustedMarkup(plot.outerHTML);
}
