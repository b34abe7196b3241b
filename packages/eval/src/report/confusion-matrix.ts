import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { textWidth } from '../alignment/text-width.ts';
import type { Confusion, NamedClassMetrics } from '../recognition-details.ts';
import { count, counted, decimal, percent } from './format.ts';
import { type Html, html, trustedMarkup } from './html.ts';

/** More rows could not be told apart; the rarest classes are drawn as one. */
const mostClasses = 120;
const longestLabel = 26;
/** From this number of classes on, shares are not written into the cells. */
const writtenUpTo = 20;

interface Cell {
  readonly truth: string;
  readonly answer: string;
  readonly share: number;
  readonly opacity: number;
  /** Whether all of its answers are right. */
  readonly right: boolean;
  readonly title: string;
}

/**
 * The confusion matrix as SVG: a row per true class, a column per answer, rows normalised to 100 %. Right answers are on
 * the diagonal, in another colour. Where the rarest classes are one row, their cell there has the colour of wrong answers,
 * as it holds both. A title in each cell tells its counts.
 * @param perClass in the order of rows and columns
 */
export function confusionMatrix(perClass: readonly NamedClassMetrics[], confusions: readonly Confusion[]): Html {
  const { names, cells } = drawnCells(perClass, confusions);
  const n = names.length;
  const side = n <= 12 ? 44 : n <= writtenUpTo ? 32 : n <= 40 ? 20 : n <= 70 ? 14 : 10.5;
  const fontSize = n <= writtenUpTo ? 12 : n <= 40 ? 11 : 9.5;
  const shortened = (name: string): string =>
    name.length > longestLabel ? `${name.slice(0, longestLabel - 1)}…` : name;
  // The page's font is not known here, and may be wider.
  const margin = Math.ceil(1.15 * Math.max(...names.map((name) => textWidth(shortened(name), fontSize)))) + 14;
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const [right, wrong] = [cells.filter((cell) => cell.right), cells.filter((cell) => !cell.right)];
  const axis = { label: null, domain: names, tickSize: 0, padding: 0.04, tickFormat: shortened } as const;
  const drawn = { x: 'answer', y: 'truth', fillOpacity: 'opacity', title: 'title' } as const;
  const plot = Plot.plot({
    document,
    width: margin + 8 + side * n,
    height: margin + 8 + side * n,
    marginLeft: margin,
    marginTop: margin,
    marginRight: 8,
    marginBottom: 8,
    style: { fontSize: `${fontSize}px`, fontFamily: 'inherit', background: 'none' },
    x: { ...axis, axis: 'top', tickRotate: -90 },
    y: axis,
    opacity: { type: 'identity' },
    marks: [
      Plot.ruleX(names, { stroke: 'currentColor', strokeOpacity: 0.07 }),
      Plot.ruleY(names, { stroke: 'currentColor', strokeOpacity: 0.07 }),
      Plot.cell(right, { ...drawn, fill: 'var(--right)' }),
      Plot.cell(wrong, { ...drawn, fill: 'var(--wrong)' }),
      ...(n <= writtenUpTo
        ? [
            Plot.text(cells, {
              x: 'answer',
              y: 'truth',
              text: ({ share }: Cell) => decimal(100 * share, 0),
              title: 'title',
              // Over a full colour the paper is readable, over a pale one the ink.
              fill: ({ opacity }: Cell) => (opacity > 0.55 ? 'var(--paper)' : 'var(--ink)'),
              fontSize: n <= 12 ? 12 : 10,
            }),
          ]
        : []),
    ],
  });
  const size = plot.getAttribute('width') ?? '';
  plot.setAttribute('style', `max-width:none;width:${size}px;height:auto`);
  const all = confusions.reduce((sum, cell) => sum + cell.count, 0);
  const hits = confusions.reduce((sum, cell) => sum + (isRight(cell) ? cell.count : 0), 0);
  const label = `Confusion matrix of ${counted(perClass.length, 'class', 'classes')}: ${count(hits)} of ${count(all)} are right. The largest confusions are listed beside it.`;
  return html`<div class="wide matrix"><div role="img" aria-label="${label}">${trustedMarkup(plot.outerHTML)}</div></div>`;
}

/** The largest cells beside the diagonal. */
export function largestConfusions(
  perClass: readonly NamedClassMetrics[],
  confusions: readonly Confusion[],
  most = 15,
): Html | undefined {
  const support = new Map(perClass.map(({ name, support }) => [name, support]));
  const largest = confusions
    .filter((cell) => !isRight(cell))
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
  if (largest.length === 0) return undefined;
  return html`<div class="wide"><table class="figures confusions">
    <thead><tr><th scope="col">Truth</th><th scope="col" class="text">Answer</th><th scope="col">How often</th><th scope="col">Of the class</th></tr></thead>
    <tbody>${largest.map(
      ({ truth, answer, count: times }) =>
        html`<tr><th scope="row">${truth}</th><td class="text">${answer}</td><td>${count(times)}</td><td>${percent((100 * times) / (support.get(truth) as number))}</td></tr>`,
    )}</tbody>
  </table></div>`;
}

function drawnCells(
  perClass: readonly NamedClassMetrics[],
  confusions: readonly Confusion[],
): { readonly names: readonly string[]; readonly cells: readonly Cell[] } {
  const own = perClass.length > mostClasses ? perClass.slice(0, mostClasses - 1) : perClass;
  const rest = `${perClass.length - own.length} rarer classes`;
  const drawn = new Set(own.map(({ name }) => name));
  const rowOf = (name: string): string => (drawn.has(name) ? name : rest);
  const support = new Map<string, number>();
  for (const { name, support: items } of perClass) support.set(rowOf(name), (support.get(rowOf(name)) ?? 0) + items);
  const counts = new Map<string, Map<string, number>>();
  let rightOfRest = 0;
  for (const cell of confusions) {
    const [truth, answer] = [rowOf(cell.truth), rowOf(cell.answer)];
    const row = counts.get(truth) ?? new Map<string, number>();
    counts.set(truth, row.set(answer, (row.get(answer) ?? 0) + cell.count));
    if (truth === rest && isRight(cell)) rightOfRest += cell.count;
  }
  const cells = [...counts].flatMap(([truth, row]) =>
    [...row].map(([answer, times]): Cell => {
      const of = support.get(truth) as number;
      const share = times / of;
      const isMixed = truth === rest && answer === rest;
      const title = `${truth} → ${answer}: ${count(times)} of ${count(of)}, ${percent(100 * share)}${isMixed ? `; ${count(rightOfRest)} right` : ''}`;
      // The root lets a few per cent be seen.
      return { truth, answer, share, opacity: Math.sqrt(share), right: truth === answer && !isMixed, title };
    }),
  );
  return { names: [...own.map(({ name }) => name), ...(own.length < perClass.length ? [rest] : [])], cells };
}

function isRight({ truth, answer }: { readonly truth: string; readonly answer: string }): boolean {
  return truth === answer;
}
