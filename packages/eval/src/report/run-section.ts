import { count, counted, duration } from './format.ts';
import { type Html, html } from './html.ts';
import type { ReportData } from './report-data.ts';

const mostSkippedNamed = 50;
const mostKindsNamed = 20;

/** Labels and values, a block per topic; topics without a value are left out. */
export function factBlocks({
  environment,
  model,
  data,
}: Pick<ReportData, 'environment' | 'model' | 'data'>): Html | undefined {
  const blocks = [
    { title: 'The model', facts: model },
    { title: 'The data', facts: data },
    { title: 'What it ran on', facts: environment },
  ].filter(({ facts }) => facts.length > 0);
  if (blocks.length === 0) return undefined;
  return html`<div class="blocks">${blocks.map(
    ({ title, facts }) =>
      html`<section><h3>${title}</h3><dl>${facts.map(
        ([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`,
      )}</dl></section>`,
  )}</div>`;
}

/** Duration of each part, as bars of one scale. */
export function timeBars(times: ReportData['times']): Html {
  const longest = Math.max(...times.map(({ seconds }) => seconds));
  const total = times.reduce((sum, { seconds }) => sum + seconds, 0);
  const width = (seconds: number): string => (longest > 0 ? `${((100 * seconds) / longest).toFixed(2)}%` : '0');
  return html`<ul class="times">${times.map(
    ({ part, seconds }) => html`<li>
      <span>${part}</span><span class="bar" aria-hidden="true"><i style="width:${width(seconds)}"></i></span><span class="number">${duration(seconds)}</span>
    </li>`,
  )}<li class="total"><span>All together</span><span></span><span class="number">${duration(total)}</span></li></ul>`;
}

/** The command that repeats the run. */
export function commandBlock(command: string, seed: number): Html {
  return html`<pre><code>${command}</code></pre><p class="lead">Seed ${seed}.</p>`;
}

/** The number of skipped products, by kind of reason, and the first ones, each with its reason. */
export function skippedList({ skipped, skippedKinds }: Pick<ReportData, 'skipped' | 'skippedKinds'>): Html {
  const more = skipped.length - mostSkippedNamed;
  const moreKinds = skippedKinds.length - mostKindsNamed;
  return html`<p class="lead">${counted(skipped.length, 'image or row was', 'images and rows were')} left out of training and of
    every figure above.</p>
  <div class="wide"><table class="kinds"><thead><tr><th scope="col">Count</th><th scope="col">Reason</th><th scope="col">First ids</th></tr></thead>
    <tbody>${skippedKinds
      .slice(0, mostKindsNamed)
      .map(
        ({ kind, count: times, examples }) =>
          html`<tr><td class="number">${count(times)}</td><td>${kind}</td><td>${examples.map(({ id }) => html`<code>${id}</code> `)}</td></tr>`,
      )}</tbody></table></div>
  ${moreKinds > 0 && html`<p class="lead">And ${counted(moreKinds, 'further reason', 'further reasons')}.</p>`}
  <details><summary>${more > 0 ? `The first ${mostSkippedNamed}` : 'All of them'}</summary>
    <div class="wide"><table><thead><tr><th scope="col">Id</th><th scope="col">Reason</th></tr></thead>
    <tbody>${skipped
      .slice(0, mostSkippedNamed)
      .map(({ id, reason }) => html`<tr><td><code>${id}</code></td><td>${reason}</td></tr>`)}</tbody></table></div>
    ${more > 0 && html`<p class="lead">And ${count(more)} more.</p>`}
  </details>`;
}
