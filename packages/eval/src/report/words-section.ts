import type { GuessedWords, WordFigures, WordsRead } from '../evaluation.ts';
import { count, decimal, significant, wordsOf } from './format.ts';
import { type Html, html } from './html.ts';

/** Aspects with fewer pieces are left out: one piece more or less would change them by several points. */
const fewest = 20;

/** Masked words named right, with counting beside them, and by what they speak of. */
export function wordsSection(words: WordFigures): Html {
  const { byAspect, captions, pieces } = words;
  const aspects = Object.entries(byAspect ?? {}).filter(([, read]) => read.pieces >= fewest);
  return html`<p class="lead">Per cent. In ${count(captions)} unseen captions, 15 % of the word pieces were masked, ${count(pieces)} in all.
    Naming them better with the product's own photograph than with another one shows that the photograph is read.${
      words.neighbours !== undefined &&
      html` Neighbour counts take the piece that stood most often between the same two pieces in the training captions; they are given both, even where they are masked for the model.`
    }</p>
  <div class="wide"><table class="figures">
    <thead><tr><th scope="col">Read with</th><th scope="col">Named right</th><th scope="col">Cross-entropy</th></tr></thead>
    <tbody>${conditions(words).map(
      ([name, figures]) =>
        html`<tr><th scope="row">${name}</th><td>${decimal(figures.accuracy)}</td><td>${significant(figures.crossEntropy)}</td></tr>`,
    )}</tbody>
  </table></div>
  ${aspects.length > 0 && aspectTable(aspects)}`;
}

function conditions(read: WordsRead): (readonly [name: string, figures: GuessedWords])[] {
  const all: readonly (readonly [string, GuessedWords | undefined])[] = [
    ['its own photograph', read],
    ["another product's photograph", read.otherPhotograph],
    ['no photograph', read.noPhotograph],
    ['baseline: neighbour counts', read.neighbours],
    ['baseline: the commonest piece', read.commonest],
  ];
  return all.flatMap(([name, figures]) => (figures === undefined ? [] : [[name, figures] as const]));
}

function aspectTable(aspects: readonly (readonly [name: string, read: WordsRead])[]): Html {
  const counted = aspects.some(([, { neighbours }]) => neighbours !== undefined);
  return html`<div class="wide"><table class="figures">
    <thead><tr><th scope="col">Words that speak of</th><th scope="col">Pieces</th><th scope="col"><span class="keep">Own photograph</span></th><th scope="col">Another</th><th scope="col">None</th>${
      counted && html`<th scope="col"><span class="keep">Neighbour counts</span></th>`
    }</tr></thead>
    <tbody>${aspects.map(
      ([name, read]) => html`<tr>
        <th scope="row">${name === 'none' ? 'nothing visible' : wordsOf(name).toLowerCase()}</th><td>${count(read.pieces)}</td>
        <td>${decimal(read.accuracy)}</td><td>${decimal(read.otherPhotograph.accuracy)}</td><td>${decimal(read.noPhotograph.accuracy)}</td>${
          counted && html`<td>${read.neighbours === undefined ? '–' : decimal(read.neighbours.accuracy)}</td>`
        }
      </tr>`,
    )}</tbody>
  </table></div>`;
}
