import type { AlignmentFigures, LevelShares } from '../alignment/alignment-figures.ts';
import { alignmentSvg } from '../alignment/alignment-svg.ts';
import { guidedMaskingSvg } from '../alignment/guided-masking-svg.ts';
import type { Evaluation } from '../evaluation.ts';
import { count, decimal, sentenceCase } from './format.ts';
import { type Html, html, pictureSource, trustedMarkup } from './html.ts';
import type { AlignmentExample } from './report-data.ts';

const measuredLevels = [
  ['level3', 'Level 3'],
  ['level4', 'Level 4'],
  ['level5', 'Level 5'],
] as const satisfies readonly (readonly [keyof LevelShares, string])[];

/** How often aligners find the parts that words mention, and pairs with what they hide, drawn. */
export function alignmentSection(
  figures: Evaluation['alignment'],
  examples: readonly AlignmentExample[] | undefined,
): Html {
  const measured = Object.entries(figures ?? {});
  return html`${measured.length > 0 && shareTable(measured)}${
    examples !== undefined &&
    examples.length > 0 &&
    html`<h3>Some of the pairs</h3>
  <p class="lead">Unseen photographs. First each word with its best patch of level 5: both have the same number and colour. Then one draw of guided masking, by level: of each pair one side is hidden, so that the other must tell of it. A word on a field is masked, and patches framed in its colour tell of it; a patch framed in the other colour is hidden, and the underlined words tell of it.</p>
  <div class="examples drawn">${examples.map(oneExample)}</div>`
  }`;
}

function shareTable(measured: readonly (readonly [name: string, figures: AlignmentFigures])[]): Html {
  const row = (name: string, shares: LevelShares, kind?: 'chance'): Html =>
    html`<tr${kind !== undefined && html` class="${kind}"`}><th scope="row">${name}</th>${measuredLevels.map(
      ([level]) => html`<td>${decimal(shares[level])}</td>`,
    )}</tr>`;
  const [[, first]] = measured as [(typeof measured)[number]];
  return html`<p class="lead">Per cent of ${count(first.mentions)} words of unseen captions that mention a part of the product, such as a pocket: how often the best patch of the word shows the part. Some parts fit no patch of a level.</p>
  <div class="wide"><table class="figures">
    <thead><tr><th scope="col">Patch by</th>${measuredLevels.map(([, name]) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${measured.map(([name, figures]) => row(sentenceCase(name), figures))}${row('Chance', first.randomByLevel, 'chance')}${row(
      'Best possible',
      first.possible,
      'chance',
    )}</tbody>
  </table></div>`;
}

function oneExample({ product, hidden }: AlignmentExample): Html {
  pictureSource(product.picture);
  if (hidden.intruder !== undefined) pictureSource(hidden.intruder);
  return html`<figure class="example">${trustedMarkup(alignmentSvg(product))}${trustedMarkup(guidedMaskingSvg(product, hidden))}</figure>`;
}
