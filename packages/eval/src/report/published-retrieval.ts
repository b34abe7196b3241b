import { decimal } from './format.ts';
import { type Html, html } from './html.ts';

/** R@1, R@5, R@10 from image to text, then from text to image. */
type SixRecalls = readonly [number, number, number, number, number, number];

/**
 * Figures that papers report for Fashion-Gen with lists of 101 candidates. Older tables (FashionBERT, Kaleido-BERT) are
 * left out: their recalls only fit other denominators.
 */
const published: readonly (readonly [model: string, recalls: SixRecalls])[] = [
  ['MVLT', [33.1, 77.2, 91.1, 34.6, 78.0, 89.5]],
  ['FashionViL', [65.54, 91.34, 96.3, 61.88, 87.32, 93.22]],
  ['FAME-ViL', [65.94, 91.92, 97.22, 62.86, 87.38, 93.52]],
  ['UniFashion', [71.44, 93.79, 97.51, 71.41, 93.69, 97.47]],
];

/** The measured figures, as a row beside the published ones. */
export interface MeasuredRecalls {
  readonly recalls: SixRecalls;
  readonly dataSet: string;
  /** E.g. `101`, or `all 1,156`. */
  readonly candidates: string;
  /** E.g. `500 + 500`. */
  readonly queries: string;
}

/** Published figures with their protocol, and why they cannot be compared. */
export function publishedTable({ recalls, dataSet, candidates, queries }: MeasuredRecalls): Html {
  const row = (
    name: string,
    [data, among, asked]: readonly [string, string, string],
    of: SixRecalls,
    kind?: string,
  ): Html =>
    html`<tr${kind !== undefined && html` class="${kind}"`}><th scope="row">${name}</th><td class="text">${data}</td><td>${among}</td><td>${asked}</td>${of.map(
      (value) => html`<td>${decimal(value)}</td>`,
    )}<td>${decimal(of.reduce((sum, value) => sum + value, 0))}</td></tr>`;
  return html`<p class="lead">For orientation, not for comparison. The published models were measured on Fashion-Gen, each on candidate lists that its authors drew themselves: 101 candidates of one sub-category. Other products, other candidates or other queries give other recalls, whatever the model: from R@k alone, none of these rows is better than another. Older tables (FashionBERT, Kaleido-BERT) are left out, since their recalls only fit other numbers of queries than they state.</p>
  <div class="wide"><table class="figures published">
    <thead>
      <tr><td></td><td></td><td></td><td></td><th colspan="3" scope="colgroup">Picture to caption</th><th colspan="3" scope="colgroup">Caption to picture</th><td></td></tr>
      <tr><th scope="col">Model</th><th scope="col" class="text">Data set</th><th scope="col">Candidates</th><th scope="col">Queries</th>${[0, 1].map(() => [1, 5, 10].map((k) => html`<th scope="col">R@${k}</th>`))}<th scope="col">SumR</th></tr>
    </thead>
    <tbody>${row('This run', [dataSet, candidates, queries], recalls, 'standard')}${published.map(([model, of]) =>
      row(model, ['Fashion-Gen', '101', 'its own lists'], of),
    )}</tbody>
  </table></div>`;
}
