import * as Plot from '@observablehq/plot';
import type { FullRetrievalFigures } from '../evaluation.ts';
import type { FullSetFigures } from '../ranking/two-stage-retrieval.ts';
import { drawCurve } from './draw-curve.ts';
import { count, decimal, duration, percent } from './format.ts';
import { type Html, html } from './html.ts';
import { chanceOfRetrieval } from './retrieval-section.ts';

const cutOffs = ['1', '5', '10'] as const;

/** Both stages, the matching head alone and chance: recalls, reciprocal and median ranks. */
export function stageTable(figures: FullRetrievalFigures): Html {
  const { images, texts, best, ceiling, firstStage, matchingAlone, matchingWeight } = figures;
  const rows: readonly (readonly [name: string, remark: string, of: FullSetFigures, kind: string])[] = [
    ['Two stages', `match score weighs ${decimal(matchingWeight, 2)}`, figures, 'standard'],
    ['First stage alone', 'embeddings', firstStage, ''],
    ['Matching head alone', 'in the second stage', matchingAlone, ''],
  ];
  const [toText, toImage] = [chanceOfRetrieval(texts).imageToText, chanceOfRetrieval(images).textToImage];
  const chance = [...cutOffs.map((k) => toText[k]), ...cutOffs.map((k) => toImage[k])];
  return html`<p class="lead">R@k: the share of queries, in per cent, whose right answer is among the best k of all ${count(texts)} captions or all ${count(images)} pictures; SumR adds up all six. MRR is the mean of 1 / rank. The embeddings rank everything; the matching head puts the best ${count(best)} of each query into a new order. No second stage finds what the first does not hand on: the recall ceiling is ${percent(ceiling.imageToText)} from picture to caption and ${percent(ceiling.textToImage)} from caption to picture. The weight was chosen on ${figures.weightChosenOn}.</p>
  <div class="wide"><table class="figures">
    <thead>
      <tr><td></td><th colspan="5" scope="colgroup">Picture to caption</th><th colspan="5" scope="colgroup">Caption to picture</th><td></td></tr>
      <tr><th scope="col">Order by</th>${[0, 1].map(() => html`${cutOffs.map((k) => html`<th scope="col">R@${k}</th>`)}<th scope="col">MRR</th><th scope="col">Median rank</th>`)}<th scope="col">SumR</th></tr>
    </thead>
    <tbody>${rows.map(
      ([name, remark, of, kind]) =>
        html`<tr${kind !== '' && html` class="${kind}"`}><th scope="row">${name} <small>${remark}</small></th>${[
          of.imageToText,
          of.textToImage,
        ].map(
          ({ recalls, meanReciprocalRank, medianRank }) =>
            html`${cutOffs.map((k) => html`<td>${decimal(recalls[k])}</td>`)}<td>${decimal(meanReciprocalRank, 3)}</td><td>${decimal(medianRank, medianRank % 1 === 0 ? 0 : 1)}</td>`,
        )}<td>${decimal(of.sumR)}</td></tr>`,
    )}<tr class="chance"><th scope="row">Chance</th>${[0, 1].map(
      (half) =>
        html`${chance.slice(3 * half, 3 * half + 3).map((value) => html`<td>${decimal(value)}</td>`)}<td></td><td>${decimal(((half === 0 ? texts : images) + 1) / 2, 1)}</td>`,
    )}<td>${decimal(chance.reduce((sum, value) => sum + value, 0))}</td></tr></tbody>
  </table></div>`;
}

/** SumR and the recall ceiling over the number of candidates that are put into a new order. */
export function curveOverBest({ curve, pairs, pairsPerSecond, seconds }: FullRetrievalFigures): Html {
  const points = curve.map(({ best, sumR, ceiling }) => ({
    best,
    sumR,
    ceiling: (ceiling.imageToText + ceiling.textToImage) / 2,
  }));
  const label = curve.map(({ best, sumR }) => `${best}: ${decimal(sumR)}`).join('; ');
  return html`<p class="lead">K candidates of each query are put into a new order; 0 is the first stage alone. The second stage read ${count(pairs)} pairs in ${duration(seconds.secondStage)}, ${count(pairsPerSecond)} pairs/s; embedding took ${duration(seconds.embeddings)}, the first stage ${duration(seconds.firstStage)}.</p>
  <div class="wide"><table class="figures">
    <thead><tr><th scope="col">K</th><th scope="col">SumR</th><th scope="col">SumR, matching head alone</th><th scope="col">Picture to caption, R@1</th><th scope="col">Ceiling</th><th scope="col">Caption to picture, R@1</th><th scope="col">Ceiling</th></tr></thead>
    <tbody>${curve.map(
      ({ best, sumR, matchingAlone, imageToText, textToImage, ceiling }) =>
        html`<tr><th scope="row">${count(best)}</th><td>${decimal(sumR)}</td><td>${decimal(matchingAlone)}</td>${(
          [
            [imageToText, ceiling.imageToText],
            [textToImage, ceiling.textToImage],
          ] as const
        ).map(
          ([of, most]) => html`<td>${decimal(of.recalls[1])}</td><td>${best === 0 ? '–' : decimal(most)}</td>`,
        )}</tr>`,
    )}</tbody>
  </table></div>
  <div class="curves"><figure class="curve"><figcaption><b>SumR over K</b></figcaption><div role="img" aria-label="SumR over K: ${label}">${draw(points, 'sumR', 'SumR')}</div></figure>
  <figure class="curve"><figcaption><b>Recall ceiling over K</b></figcaption><div role="img" aria-label="Recall ceiling over K, mean of both directions">${draw(
    points.filter(({ best }) => best > 0),
    'ceiling',
    'per cent',
  )}</div></figure></div>`;
}

function draw<Key extends string>(
  points: readonly (Readonly<Record<Key, number>> & { readonly best: number })[],
  y: Key,
  label: string,
): Html {
  const values = points.map((point) => point[y]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // A flat curve would have a single tick, with all its digits.
  const margin = Math.max(0.5, (most - least) * 0.05);
  return drawCurve({
    x: { label: 'K', ticks: 5 },
    y: { label, domain: [least - margin, most + margin] },
    marks: [
      Plot.lineY(points, { x: 'best', y, stroke: 'var(--accent)', strokeWidth: 1.8 }),
      Plot.dot(points, { x: 'best', y, r: 3, fill: 'var(--accent)' }),
    ],
  });
}
