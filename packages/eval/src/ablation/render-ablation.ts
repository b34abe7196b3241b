import { counted, decimal, sentenceCase } from '../report/format.ts';
import { type Html, html } from '../report/html.ts';
import { pageParts } from '../report/html-page.ts';
import { page } from '../report/page.ts';
import { ablationPlots } from './ablation-plots.ts';
import type { AblationGroup, AblationRow, AblationTable, AblationValue } from './ablation-table.ts';

/**
 * The page of an ablation: for each group a table, and plots of every figure with its deviation over seeds. One HTML
 * file without other files, network or scripts. The same table gives the same bytes.
 */
export function renderAblation(table: AblationTable): string {
  const { name, description, command, seeds, runs, groups } = table;
  const parts = groups
    .filter(({ variants }) => variants.some(({ seeds: finished }) => finished.length > 0))
    .map((group, index) => ({
      id: `group-${index + 1}`,
      title: sentenceCase(group.name),
      content: html`${groupTable(table, group)}${ablationPlots(table, group)}`,
    }));
  return page({
    title: `${name}: ablation`,
    kind: 'Kaleido-BERT ablation',
    heading: sentenceCase(name),
    description,
    note: html`<p class="finished">${runs.finished} of ${counted(runs.planned, 'run')} finished, seeds ${seeds.join(', ')}</p>`,
    content: html`<aside class="notes"><h2>Before you read the figures</h2><ul>${notes(table).map((note) => html`<li>${note}</li>`)}</ul></aside>
${pageParts([...parts, ...(command === '' ? [] : [{ id: 'again', title: 'Run it again', content: html`<pre><code>${command}</code></pre>` }])])}`,
  });
}

function notes({ groups, reference, unknown }: AblationTable): string[] {
  const rows = groups.flatMap(({ variants }) => variants);
  const values = rows.flatMap((row) => Object.values(row.values));
  const title = rows.find(({ name }) => name === reference)?.title ?? reference;
  const all: readonly (readonly [boolean, string])[] = [
    [true, `Per cent, except SumR (0 to 600) and CIDEr-D (0 to 1000). Variants are compared with “${title}”, in bold.`],
    [
      values.some(({ standardDeviation }) => standardDeviation !== undefined),
      'Mean and sample deviation over seeds, each of which draws other products, other weights and other batches.',
    ],
    [
      values.some(({ withinSpread }) => withinSpread !== undefined),
      'Below a figure is its difference from the reference, seed by seed: a seed gives all variants the same products and first weights. It is marked ≈ if it is no larger than its own deviation. With few seeds, even a larger difference is a hint and not a proof.',
    ],
    [
      rows.some(({ paper }) => paper !== undefined),
      'The paper’s SumR is on Fashion-Gen, which has other products and larger models: only its differences can be compared.',
    ],
    [unknown > 0, `${counted(unknown, 'figure is', 'figures are')} unknown: their runs did not measure them.`],
  ];
  return all.flatMap(([applies, note]) => (applies ? [note] : []));
}

function groupTable({ figures, reference, groups }: AblationTable, { variants }: AblationGroup): Html {
  const shown = figures.filter(({ key }) => variants.some(({ values }) => values[key] !== undefined));
  const all = groups.flatMap((group) => group.variants);
  const titles = new Map(all.map((row) => [row.name, row.title]));
  const referenceRuns = all.find(({ name }) => name === reference)?.runs;
  const withPaper = variants.some(({ paper }) => paper !== undefined);
  return html`<div class="wide"><table class="figures ablation">
    <thead><tr><th scope="col">Variant</th>${shown.map(({ title }) => html`<th scope="col">${title}</th>`)}${
      withPaper && html`<th scope="col">The paper’s SumR</th>`
    }</tr></thead>
    <tbody>${variants.map(
      (row) => html`<tr class="${row.runs === referenceRuns ? 'standard' : ''}">
        <th scope="row">${row.title}${runsNote(row, titles)}</th>
        ${shown.map(({ key }) => cell(row.values[key], row.seeds.length))}
        ${withPaper && html`<td>${row.paper !== undefined && decimal(row.paper, 2)}</td>`}
      </tr>`,
    )}</tbody>
  </table></div>`;
}

/** How many runs a row has, and whose. */
function runsNote({ name, runs, seeds }: AblationRow, titles: ReadonlyMap<string, string>): Html {
  const whose = name === runs ? '' : `, those of “${titles.get(runs) ?? runs}”`;
  return html` <small>${counted(seeds.length, 'run')}${whose}</small>`;
}

function cell(value: AblationValue | undefined, runs: number): Html {
  if (value === undefined) return html`<td></td>`;
  const { mean, standardDeviation, difference, differenceDeviation, withinSpread, bySeed } = value;
  const deviation = difference === undefined ? standardDeviation : differenceDeviation;
  const known = Object.keys(bySeed).length;
  return html`<td class="${withinSpread === true ? 'within' : ''}">${withinSpread === true && '≈ '}${decimal(mean)}${
    (difference !== undefined || deviation !== undefined) &&
    html`<small>${difference !== undefined && `${difference > 0 ? '+' : ''}${decimal(difference)} `}${deviation !== undefined && `± ${decimal(deviation)}`}</small>`
  }${known < runs && html`<small>${known} of ${runs}</small>`}</td>`;
}
