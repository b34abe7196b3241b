import type { CaptionFactFigures, FactFigures } from '../captions/caption-facts.ts';
import type { CaptionFigures, ScoredCaptions } from '../evaluation.ts';
import { count, decimal, sentenceCase } from './format.ts';
import { type Html, html, pictureSource } from './html.ts';
import type { CaptionExample } from './report-data.ts';

const scores = [
  ['bleu1', 'BLEU-1'],
  ['bleu2', 'BLEU-2'],
  ['bleu3', 'BLEU-3'],
  ['bleu4', 'BLEU-4'],
  ['rougeL', 'ROUGE-L'],
  ['ciderD', 'CIDEr-D'],
  ['meteor', 'METEOR'],
] as const satisfies readonly (readonly [keyof ScoredCaptions, string])[];

/** Scores of written captions beside those of the nearest photographs, the facts in them, and examples. */
export function captionsSection(
  figures: CaptionFigures | undefined,
  examples: readonly CaptionExample[] | undefined,
): Html {
  return html`${figures !== undefined && scoreTables(figures)}${
    examples !== undefined &&
    examples.length > 0 &&
    html`<h3>Some of them</h3><div class="examples broad">${examples.map(oneExample)}</div>`
  }`;
}

function scoreTables({ captions, beam, blockNgram = 0, nearest, ...written }: CaptionFigures): Html {
  const rows = rowsOf(written, nearest);
  return html`<p class="lead">Captions of ${count(captions)} unseen photographs, ${
    beam === 1 ? 'the most likely piece each time' : html`written with ${count(beam)} candidates at a time`
  }${blockNgram > 0 && html`, without a run of ${count(blockNgram)} word pieces twice`}, against the one true caption of each. Scores are times 100. METEOR compares words and stems, without synonyms, and is lower than the METEOR of papers.${
    nearest !== undefined &&
    html` The baseline writes nothing: it takes the caption of the training photograph that is nearest in the joint space.`
  }</p>
  <div class="wide"><table class="figures">
    <thead><tr><th scope="col">Captions</th>${scores.map(([, name]) => html`<th scope="col"><span class="keep">${name}</span></th>`)}</tr></thead>
    <tbody>${rows.map(
      ([name, of]) =>
        html`<tr><th scope="row">${name}</th>${scores.map(([key]) => html`<td>${decimal(of[key])}</td>`)}</tr>`,
    )}</tbody>
  </table></div>${written.facts !== undefined && factTable(rows, written.facts)}`;
}

function rowsOf(
  written: ScoredCaptions,
  nearest: ScoredCaptions | undefined,
): (readonly [name: string, figures: ScoredCaptions])[] {
  return [['written', written], ...(nearest === undefined ? [] : [['baseline: nearest photograph', nearest] as const])];
}

function factTable(rows: ReturnType<typeof rowsOf>, { byAspect }: CaptionFactFigures): Html {
  const aspects = Object.keys(byAspect) as (keyof typeof byAspect)[];
  const line = (name: string, of: (facts: CaptionFactFigures) => FactFigures): Html =>
    html`<tr><th scope="row">${sentenceCase(name)}</th>${rows.map(([, { facts }]) =>
      (['precision', 'recall'] as const).map(
        (share) => html`<td>${decimal((facts && of(facts)[share]) ?? Number.NaN)}</td>`,
      ),
    )}</tr>`;
  return html`<h3>Whether they are true</h3>
  <p class="lead">Facts, per cent. Precision: of what captions state, what is true. Recall: of what is true, what they state; true captions do not state all either.</p>
  <div class="wide"><table class="figures">
    <thead>
      <tr><td></td>${rows.map(([name]) => html`<th colspan="2" scope="colgroup">${sentenceCase(name)}</th>`)}</tr>
      <tr><th scope="col">Facts of</th>${rows.map(() => html`<th scope="col">Precision</th><th scope="col">Recall</th>`)}</tr>
    </thead>
    <tbody>${line('all', (facts) => facts)}${aspects.map((aspect) => line(aspect, ({ byAspect }) => byAspect[aspect]))}</tbody>
  </table></div>`;
}

function oneExample({ picture, written, truth, nearest }: CaptionExample): Html {
  const caption = (label: string, text: string): Html =>
    html`<div><dt>${label}</dt><dd>${text === '' ? 'no words' : text}</dd></div>`;
  return html`<figure class="example captioned">
    <img src="${pictureSource(picture)}" alt="Photograph">
    <figcaption><dl>${caption('written', written)}${caption('true', truth)}${
      nearest !== undefined && caption('nearest', nearest)
    }</dl></figcaption>
  </figure>`;
}
