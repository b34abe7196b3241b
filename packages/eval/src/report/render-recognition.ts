import type { RecognitionDetails } from '../recognition-details.ts';
import { confusionMatrix, largestConfusions } from './confusion-matrix.ts';
import { type EvaluationPage, evaluationPage } from './evaluation-page.ts';
import { count, counted, decimal, percent } from './format.ts';
import { type Card, cardList } from './headline-cards.ts';
import { type Html, html, pictureSource } from './html.ts';
import { fieldName, toldFrom } from './recognition-table.ts';
import type { Picture } from './report-data.ts';

/** A wrong answer with its photograph. */
export interface RecognitionFailure {
  readonly id: string;
  /** Undefined if the photograph cannot be shown. */
  readonly picture: Picture | undefined;
  readonly caption: string;
  readonly truth: string;
  readonly answer: string;
  /** Probabilities of the answer and of the truth, 0..1. */
  readonly confidence: number;
  readonly confidenceOfTruth: number;
}

/** One classifier on one field. */
export interface MeasuredField {
  readonly field: string;
  readonly inputs: 'image' | 'text' | 'both';
  readonly details: RecognitionDetails;
  /** Some of the wrong answers, the most confident one first. */
  readonly failures: readonly RecognitionFailure[];
}

export interface RecognitionPage extends EvaluationPage {
  readonly measured: readonly MeasuredField[];
}

/**
 * The page of a recognition: figures beside the commonest class, and by field the confusion matrix, the figures of each
 * class and wrong answers. One HTML file without other files, network or scripts; the same data give the same bytes.
 * @throws KaleidoError if a picture is not an image's `data:` URI
 */
export function renderRecognition({ measured, ...rest }: RecognitionPage): string {
  const fields = [...new Set(measured.map(({ field }) => field))];
  return evaluationPage(
    rest,
    cardList(measured.map(card)),
    [
      { id: 'figures', title: 'Figures', content: measured.length > 0 && figureTable(measured, fields) },
      ...fields.map((field, index) => ({
        id: `field-${index + 1}`,
        title: fieldName(field),
        content: html`${measured.filter((one) => one.field === field).map(oneClassifier)}`,
      })),
    ],
    ownStyle,
  );
}

const ownStyle = `
.confused { display: flex; flex-wrap: wrap; gap: 16px 40px; align-items: flex-start; margin-top: 16px; }
.confused .matrix { margin-top: 0; min-width: 0; }
.matrix svg { display: block; --plot-background: var(--paper); }
.largest { flex: 1 1 320px; }
.part .largest h4 { margin-top: 0; }
.largest .wide { margin-top: 4px; }
.confusions { min-width: 0; width: 100%; max-width: 560px; font-size: 14px; }
.confusions th, .confusions td { padding: 5px 0 5px 14px; }
.part h4 { font-size: 14px; font-weight: 600; margin: 24px 0 0; }
.part h3.classifier { font-size: 19px; }
.part h3.classifier:not(:first-child) { margin-top: 64px; padding-top: 24px; border-top: 1px solid var(--rule); }
.failures { display: grid; grid-template-columns: repeat(auto-fill, minmax(168px, 1fr)); gap: 22px 20px; margin-top: 16px; }
.failures .view { aspect-ratio: 1; background: #fff; border: 1px solid var(--rule); border-radius: 4px; overflow: hidden; display: grid; place-items: center; color: #5d626e; font-size: 13px; }
.failures img { width: 100%; height: 100%; object-fit: contain; }
.failures dl { font-size: 13px; margin-top: 6px; }
.failures dl div { padding: 3px 0; gap: 8px; }
.failures dd b { font-weight: 600; }
.failures .given dd { color: var(--wrong); }
.failures .true dd { color: var(--right); }
.failures .caption { font-size: 13px; line-height: 1.35; color: var(--soft); margin-top: 4px; overflow-wrap: anywhere; }
.failures code { font-size: 11.5px; color: var(--soft); overflow-wrap: anywhere; }
`;

function card({ field, inputs, details }: MeasuredField): Card {
  return {
    label: `${fieldName(field)}, ${toldFrom(inputs)}`,
    value: details.accuracy,
    unit: '%',
    best: 100,
    chance: details.commonestClass.accuracy,
    chanceName: 'commonest class',
  };
}

function figureTable(measured: readonly MeasuredField[], fields: readonly string[]): Html {
  return html`<p class="lead">Per cent. Macro-F1 is the mean of the classes’ F1, so that rare classes count as much as common ones: over the classes in truth or answers (as scikit-learn), and over all that the classifier knows or the truth has, where one that never comes up counts 0 (as the released code). F1 of means is the F1 of mean precision and mean recall, which some papers call macro-F1; it is never lower. Average precision is that of each class against all others, by its probability, and its mean over those classes in the truth that the classifier knows.</p>
  <div class="wide"><table class="figures">
    <thead><tr><th scope="col">Field</th><th scope="col" class="text">Told from</th><th scope="col">Accuracy</th><th scope="col"><span class="keep">Macro-F1</span></th><th scope="col"><span class="keep">Macro-F1</span>, all classes</th><th scope="col">F1 of means</th><th scope="col">Mean average precision</th><th scope="col">Pictures</th><th scope="col">Classes</th></tr></thead>
    ${fields.map((field) => {
      const those = measured.filter((one) => one.field === field);
      const { commonestClass } = (those[0] as MeasuredField).details;
      const cells = ({
        accuracy,
        macroF1,
        macroF1AllClasses,
        f1OfMeans,
      }: Pick<RecognitionDetails, 'accuracy' | 'macroF1' | 'macroF1AllClasses' | 'f1OfMeans'>): Html =>
        html`${[accuracy, macroF1, macroF1AllClasses, f1OfMeans].map((value) => html`<td>${decimal(value)}</td>`)}`;
      return html`<tbody>${those.map(
        ({ inputs, details }, index) => html`<tr>
          ${index === 0 && html`<th scope="rowgroup" rowspan="${those.length + 1}">${fieldName(field)}</th>`}
          <td class="text">${toldFrom(inputs)}</td>${cells(details)}<td>${decimal(details.meanAveragePrecision ?? Number.NaN)}</td><td>${count(details.examples)}</td><td>${count(details.perClass.length)}</td>
        </tr>`,
      )}<tr class="chance"><td class="text">nothing: always “${commonestClass.name}”</td>${cells(commonestClass)}<td></td><td></td><td></td></tr></tbody>`;
    })}
  </table></div>`;
}

function oneClassifier({ inputs, details, failures }: MeasuredField): Html {
  const { perClass, confusions, examples, unlabelled, unknownLabels, wrong } = details;
  return html`<h3 class="classifier">Told from ${toldFrom(inputs)} <small>${decimal(details.accuracy)} % of ${counted(examples, 'picture')}</small></h3>
  <p class="lead">A row is a true class, a column what was answered; each row adds up to 100 %. The commonest classes come first. Green: right, red: wrong; the stronger the colour, the larger the share of the row, by its square root, so that a few per cent can be seen.${
    unlabelled > 0 &&
    html` ${counted(unlabelled, 'picture has', 'pictures have')} no such label and ${unlabelled === 1 ? 'is' : 'are'} not measured.`
  }${
    unknownLabels.length > 0 &&
    html` The classifier does not know ${counted(unknownLabels.length, 'label')}, which always counts as wrong: ${unknownLabels.slice(0, 10).join(', ')}${unknownLabels.length > 10 && ' …'}.`
  }</p>
  <div class="confused">${confusionMatrix(perClass, confusions)}
  ${wrong.length > 0 && html`<div class="largest"><h4>The largest confusions</h4>${largestConfusions(perClass, confusions)}</div>`}</div>
  <details><summary>Every class</summary>${classTable(details)}</details>
  ${
    failures.length > 0 &&
    html`<h4>Most confident wrong answers: ${count(failures.length)} of ${count(wrong.length)}</h4>
    <div class="failures">${failures.map(oneFailure)}</div>`
  }`;
}

function classTable({ perClass }: RecognitionDetails): Html {
  return html`<div class="wide"><table class="figures">
    <thead><tr><th scope="col">Class</th><th scope="col">Pictures</th><th scope="col">Answered</th><th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th><th scope="col">Average precision</th></tr></thead>
    <tbody>${perClass.map(
      ({ name, support, answered, precision, recall, f1, averagePrecision }) =>
        html`<tr><th scope="row">${name}</th><td>${count(support)}</td><td>${count(answered)}</td><td>${answered === 0 ? '–' : decimal(precision)}</td><td>${support === 0 ? '–' : decimal(recall)}</td><td>${decimal(f1)}</td><td>${decimal(averagePrecision ?? Number.NaN)}</td></tr>`,
    )}</tbody>
  </table></div>`;
}

function oneFailure({ id, picture, caption, truth, answer, confidence, confidenceOfTruth }: RecognitionFailure): Html {
  const line = (kind: string, label: string, name: string, probability: number): Html =>
    html`<div class="${kind}"><dt>${label}</dt><dd><b>${name}</b> ${percent(100 * probability)}</dd></div>`;
  return html`<figure class="failure">
    <div class="view">${picture === undefined ? 'no picture' : html`<img src="${pictureSource(picture)}" alt="Photograph">`}</div>
    <figcaption><dl>${line('given', 'given', answer, confidence)}${line('true', 'true', truth, confidenceOfTruth)}</dl>
    <p class="caption">${caption}</p><code>${id}</code></figcaption>
  </figure>`;
}
