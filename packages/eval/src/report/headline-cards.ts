import type { Evaluation, PuzzleFigures } from '../evaluation.ts';
import { decimal, percent, sentenceCase } from './format.ts';
import { type Html, html } from './html.ts';
import { chanceOfPuzzles } from './puzzle-section.ts';
import { recognitionRows } from './recognition-table.ts';
import { chanceOfRetrieval, scorersOf } from './retrieval-section.ts';

/** A figure in large digits. */
export interface Card {
  readonly label: string;
  readonly value: number;
  readonly deviation?: number | undefined;
  /** Shown after the value, e.g. `%`. */
  readonly unit: string;
  /** The best possible value. */
  readonly best: number;
  readonly chance?: number | undefined;
  /** What the chance level is called. Default: chance. */
  readonly chanceName?: string | undefined;
  readonly remark?: string | undefined;
}

/** The most important figures. A figure alone says little, so each is shown with its chance level and best value. */
export function headlineCards(evaluation: Evaluation, candidates: number | undefined): Html | undefined {
  const groups = [
    [...retrievalCards(evaluation, candidates), ...wordCards(evaluation)],
    [...recognitionCards(evaluation), ...puzzleCards(evaluation)],
  ];
  const filled = groups.filter(({ length }) => length > 0);
  return filled.length === 0 ? undefined : html`${filled.map(cardList)}`;
}

/** Cards in a row. */
export function cardList(cards: readonly Card[]): Html {
  return html`<ul class="cards">${cards.map(draw)}</ul>`;
}

function retrievalCards({ retrieval }: Evaluation, candidates: number | undefined): readonly Card[] {
  if (retrieval === undefined) return [];
  const scorers = scorersOf(retrieval);
  return scorers.map(({ name, standard, result }) => ({
    label: scorers.length === 1 ? 'Retrieval, SumR' : `SumR, ${name}`,
    value: result.sumR,
    deviation: result.standardDeviation?.sumR,
    unit: 'of 600',
    best: 600,
    chance: candidates === undefined ? undefined : chanceOfRetrieval(candidates).sumR,
    remark: standard && scorers.length > 1 ? 'default scorer' : undefined,
  }));
}

function recognitionCards({ recognition }: Evaluation): readonly Card[] {
  const rows = recognitionRows(recognition ?? {}).filter(({ field }) => field === 'subcategory');
  // Captions often name the class, so the figure of the picture alone is shown next to the better one.
  const chosen = rows.find(({ modality }) => modality === undefined) ?? rows[0];
  if (chosen === undefined) return [];
  const others = rows.filter((row) => row !== chosen && row.modality !== undefined);
  return [
    {
      label:
        chosen.modality === undefined
          ? 'Sub-category accuracy'
          : `Sub-category accuracy, ${modalityName(chosen.modality)} alone`,
      value: chosen.figures.accuracy,
      unit: '%',
      best: 100,
      remark:
        others
          .map(({ modality, figures }) => `${modalityName(modality)} alone ${percent(figures.accuracy)}`)
          .join(', ') || undefined,
    },
  ];
}

function wordCards({ words }: Evaluation): readonly Card[] {
  if (words === undefined) return [];
  return [
    {
      label: 'Masked words named',
      value: words.accuracy,
      unit: '%',
      best: 100,
      remark: [
        `another photograph ${percent(words.otherPhotograph.accuracy)}`,
        ...(words.neighbours === undefined ? [] : [`neighbour counts ${percent(words.neighbours.accuracy)}`]),
      ].join(', '),
    },
  ];
}

function puzzleCards({ puzzles }: Evaluation): readonly Card[] {
  if (puzzles === undefined) return [];
  return (['rotation', 'jigsaw', 'camouflage'] satisfies (keyof PuzzleFigures)[])
    .filter((name) => Number.isFinite(puzzles[name]))
    .map((name) => ({
      label: `${sentenceCase(name)} solved`,
      value: puzzles[name],
      unit: '%',
      best: 100,
      chance: chanceOfPuzzles[name],
    }));
}

function draw({ label, value, deviation, unit, best, chance, chanceName = 'chance', remark }: Card): Html {
  const share = (of: number): string => `${Math.max(0, Math.min(100, (100 * of) / best)).toFixed(2)}%`;
  const remarks = [
    ...(chance === undefined ? [] : [`${chanceName} ${unit === '%' ? percent(chance) : decimal(chance)}`]),
    remark,
  ].filter((text) => text !== undefined);
  return html`<li class="card">
    <span class="label">${label}</span>
    <span class="value"><b>${decimal(value)}</b> ${unit}${deviation !== undefined && html` <small>± ${decimal(deviation)}</small>`}</span>
    <span class="bar" aria-hidden="true"><i style="width:${share(value)}"></i>${
      chance !== undefined && html`<s style="left:${share(chance)}"></s>`
    }</span>
    ${remarks.length > 0 && html`<span class="remark">${remarks.join(' · ')}</span>`}
  </li>`;
}

function modalityName(modality: string | undefined): string {
  return modality === 'image' ? 'picture' : modality === 'text' ? 'caption' : (modality ?? '');
}
