import type { Evaluation, RecognitionFigures } from '../evaluation.ts';
import { decimal, wordsOf } from './format.ts';
import { type Html, html } from './html.ts';

interface RecognitionRow {
  readonly field: string;
  /** Absent if picture and caption were both given. */
  readonly modality?: string;
  readonly figures: RecognitionFigures;
}

/** `subcategory:image` is the field `subcategory`, recognised from the `image` alone. */
export function recognitionRows(recognition: NonNullable<Evaluation['recognition']>): readonly RecognitionRow[] {
  return Object.entries(recognition).map(([key, figures]) => {
    const [, field, modality] = /^(.*):([^:]+)$/.exec(key) ?? [];
    return field === undefined || modality === undefined ? { field: key, figures } : { field, modality, figures };
  });
}

/** Accuracy and macro-F1; one row per field and modality. */
export function recognitionTable(recognition: NonNullable<Evaluation['recognition']>): Html {
  const rows = recognitionRows(recognition);
  const fields = [...new Set(rows.map(({ field }) => field))];
  const strict = rows.some(({ figures }) => figures.macroF1AllClasses !== undefined);
  const byCaption = rows.some(({ modality }) => modality === 'text');
  return html`<p class="lead">Per cent. Macro-F1 is the mean over classes, so that rare ones count as much as common
    ones${strict && html`; over all classes, those that never came up count 0`}.${
      byCaption && html` Captions often name the class, so look at the picture alone as well.`
    }</p>
  <div class="wide"><table class="figures">
    <thead><tr><th scope="col">Field</th><th scope="col" class="text">Told from</th><th scope="col">Accuracy</th><th scope="col"><span class="keep">Macro-F1</span></th>${
      strict && html`<th scope="col"><span class="keep">Macro-F1</span>, all classes</th>`
    }</tr></thead>
    ${fields.map((field) => {
      const those = rows.filter((row) => row.field === field);
      return html`<tbody>${those.map(
        ({ modality, figures }, index) => html`<tr>
          ${index === 0 && html`<th scope="rowgroup" rowspan="${those.length}">${fieldName(field)}</th>`}
          <td class="text">${toldFrom(modality)}</td>
          <td>${decimal(figures.accuracy)}</td><td>${decimal(figures.macroF1)}</td>${
            strict &&
            html`<td>${figures.macroF1AllClasses === undefined ? '–' : decimal(figures.macroF1AllClasses)}</td>`
          }
        </tr>`,
      )}</tbody>`;
    })}
  </table></div>`;
}

/** A field as a heading: `Base colour` of `baseColour`. */
export function fieldName(field: string): string {
  return field === 'subcategory' ? 'Sub-category' : wordsOf(field);
}

/** What a label is told from, in words; undefined: photograph and caption. */
export function toldFrom(modality: string | undefined): string {
  if (modality === undefined || modality === 'both') return 'picture and caption';
  if (modality === 'image') return 'picture alone';
  if (modality === 'text') return 'caption alone';
  return modality;
}
