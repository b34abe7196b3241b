import type { RetrievalFigures, RetrievalResult } from '../evaluate-retrieval.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Recalls } from '../ranking/retrieval-recalls.ts';
import { count, counted, decimal, sentenceCase, significant } from './format.ts';
import { type Html, html, pictureSource } from './html.ts';
import { rightMark } from './marks.ts';
import type { RetrievalExample } from './report-data.ts';

type RetrievalEvaluation = NonNullable<Evaluation['retrieval']>;

const cutOffs = ['1', '5', '10'] as const satisfies readonly (keyof Recalls)[];

const directions = {
  'image-to-text': { title: 'From a picture to its caption', found: 'captions' },
  'text-to-image': { title: 'From a caption to its picture', found: 'pictures' },
} as const;

/** The scorers of an evaluation, the default one first. */
export function scorersOf(
  retrieval: RetrievalEvaluation,
): readonly { readonly name: string; readonly standard: boolean; readonly result: RetrievalResult }[] {
  const named = Object.entries(retrieval.scorers ?? {});
  if (named.length === 0) return [{ name: retrieval.scorer ?? 'retrieval', standard: true, result: retrieval }];
  return named
    .map(([name, result]) => ({ name, standard: name === retrieval.scorer, result }))
    .sort((a, b) => Number(b.standard) - Number(a.standard));
}

/**
 * The number of candidates per list in the examples, on which the chance level depends. Undefined if it differs or
 * there are no examples.
 */
export function candidatesOf(examples: readonly RetrievalExample[]): number | undefined {
  const sizes = new Set(examples.map(({ candidates }) => candidates));
  return sizes.size === 1 ? [...sizes][0] : undefined;
}

/** Average figures of a random order of that number of candidates, in per cent. */
export function chanceOfRetrieval(candidates: number): RetrievalFigures {
  const recall = (cutOff: number): number => 100 * Math.min(1, cutOff / candidates);
  const recalls: Recalls = { '1': recall(1), '5': recall(5), '10': recall(10) };
  return { imageToText: recalls, textToImage: recalls, sumR: 2 * (recall(1) + recall(5) + recall(10)) };
}

/** Recalls by scorer, with the chance level. */
export function retrievalTable(retrieval: RetrievalEvaluation, candidates: number | undefined): Html {
  const scorers = scorersOf(retrieval);
  const files = retrieval.files;
  const first = files[0];
  const weight = retrieval.matchingWeight;
  const deviates = scorers.some(({ result }) => result.standardDeviation !== undefined);
  const queries =
    first === undefined
      ? ''
      : first.queries.imageToText === first.queries.textToImage
        ? ` of ${counted(first.queries.imageToText, 'query', 'queries')} each way`
        : ` of ${counted(first.queries.imageToText, 'picture')} and ${counted(first.queries.textToImage, 'caption')} as queries`;
  return html`<p class="lead">R@k is the share of queries, in per cent, whose right answer is among the best k${
    candidates !== undefined && html` of ${count(candidates)} candidates`
  }; SumR adds up all six.${
    files.length > 0 &&
    html` ${deviates ? 'Means and standard deviations over' : 'Taken over'} ${counted(files.length, 'list file')}${queries}.`
  }${
    weight !== undefined &&
    html` The combined score weighs the match score by ${decimal(weight, 2)}, as chosen on other lists, of validation products.`
  }</p>
  <div class="wide"><table class="figures">
    <thead>
      <tr><td></td><th colspan="3" scope="colgroup">Picture to caption</th><th colspan="3" scope="colgroup">Caption to picture</th><td></td></tr>
      <tr><th scope="col">Scorer</th>${[0, 1].map(() => cutOffs.map((cutOff) => html`<th scope="col">R@${cutOff}</th>`))}<th scope="col">SumR</th></tr>
    </thead>
    <tbody>
      ${scorers.map(
        ({ name, standard, result }) => html`<tr${standard && scorers.length > 1 && html` class="standard"`}>
          <th scope="row">${sentenceCase(name)}${standard && scorers.length > 1 && html` <small>default</small>`}</th>
          ${rowOfFigures(result, result.standardDeviation)}</tr>`,
      )}
      ${
        candidates !== undefined &&
        html`<tr class="chance"><th scope="row">Chance</th>${rowOfFigures(chanceOfRetrieval(candidates))}</tr>`
      }
    </tbody>
  </table></div>
  ${
    files.length > 0 &&
    html`<details><summary>The list files</summary><div class="wide"><table class="figures">
      <thead><tr><th scope="col">File</th><th scope="col">SHA-256</th>${scorers.map(({ name }) => html`<th scope="col">SumR, ${name}</th>`)}</tr></thead>
      <tbody>${files.map(
        (file, index) =>
          html`<tr><th scope="row">${file.name}</th><td><code>${file.sha256.slice(0, 16)}</code></td>${scorers.map(
            ({ result }) => {
              const same = result.files[index];
              return html`<td>${same === undefined ? '–' : decimal(same.sumR)}</td>`;
            },
          )}</tr>`,
      )}</tbody>
    </table></div></details>`
  }`;
}

function rowOfFigures(figures: RetrievalFigures, deviation?: RetrievalFigures): Html {
  const cell = (value: number, spread: number | undefined): Html =>
    html`<td>${decimal(value)}${spread !== undefined && html`<small>± ${decimal(spread)}</small>`}</td>`;
  return html`${cutOffs.map((cutOff) => cell(figures.imageToText[cutOff], deviation?.imageToText[cutOff]))}${cutOffs.map(
    (cutOff) => cell(figures.textToImage[cutOff], deviation?.textToImage[cutOff]),
  )}${cell(figures.sumR, deviation?.sumR)}`;
}

/** Queries with their best candidates, the right one marked. */
export function retrievalExamples(examples: readonly RetrievalExample[]): Html {
  return html`${(Object.keys(directions) as (keyof typeof directions)[]).map((direction) => {
    const those = examples.filter((example) => example.direction === direction);
    return those.length > 0 && html`<h3>${directions[direction].title}</h3>${those.map(oneExample)}`;
  })}`;
}

function oneExample({ direction, query, ranked, rank, positive, candidates }: RetrievalExample): Html {
  const { found } = directions[direction];
  const shown = positive !== undefined || ranked.some(({ right }) => right);
  const pictures = direction === 'text-to-image';
  return html`<article class="retrieval ${pictures ? 'to-pictures' : 'to-captions'}">
    <header>
      ${query.picture !== undefined && html`<img src="${pictureSource(query.picture)}" alt="Query">`}
      ${query.caption !== undefined && html`<blockquote>${query.caption}</blockquote>`}
      <p class="rank"><b>Rank ${count(rank)}</b> of ${count(candidates)} ${found}${
        shown ? '' : `; the right one is not among the ${count(ranked.length)} shown`
      }</p>
    </header>
    <ol>${ranked.map((candidate, index) => oneCandidate(candidate, index + 1, pictures))}${
      positive !== undefined &&
      !ranked.some(({ right }) => right) &&
      oneCandidate({ ...positive, right: true }, rank, pictures)
    }</ol>
  </article>`;
}

function oneCandidate(
  {
    picture,
    caption,
    score,
    right,
  }: Omit<RetrievalExample['ranked'][number], 'score'> & { readonly score?: number | undefined },
  place: number,
  asPicture: boolean,
): Html {
  const text = caption ?? `Candidate ${place}`;
  const image = (alternative: string): Html | false =>
    picture !== undefined && html`<img src="${pictureSource(picture)}" alt="${alternative}" title="${text}">`;
  const number = html`<span class="place">${place}</span>`;
  const value = html`<span class="score">${score !== undefined && significant(score)}</span>`;
  return html`<li${right && html` class="right"`}>${
    asPicture
      ? html`${picture === undefined ? html`<p>${text}</p>` : image(text)}<div>${number}${value}${right && rightMark()}</div>`
      : html`${number}${image('')}<div><p title="${text}">${text}</p>${right && rightMark()}</div>${value}`
  }</li>`;
}
