import { alignmentSection } from './alignment-section.ts';
import { captionsSection } from './captions-section.ts';
import { moment, sentenceCase } from './format.ts';
import { headlineCards } from './headline-cards.ts';
import { Html, html } from './html.ts';
import { pageParts } from './html-page.ts';
import { learningCurves } from './learning-curves.ts';
import { page } from './page.ts';
import { lacksPuzzles, puzzleSection } from './puzzle-section.ts';
import { recognitionTable } from './recognition-table.ts';
import type { ReportData } from './report-data.ts';
import { candidatesOf, retrievalExamples, retrievalTable } from './retrieval-section.ts';
import { commandBlock, factBlocks, skippedList, timeBars } from './run-section.ts';
import { wordsSection } from './words-section.ts';

interface Part {
  /** Anchor. */
  readonly id: string;
  readonly title: string;
  readonly content: Html | undefined | false;
}

/**
 * The report page of a run: one HTML file without other files, network or scripts, which can be printed or mailed.
 * Parts without data are left out. The same data give the same bytes.
 *
 * The chance level of retrieval is shown if all `retrievalExamples` have the same number of candidates; pass examples
 * from the evaluated lists.
 * @throws KaleidoError if a picture is not an image's `data:` URI
 */
export function renderReport(data: ReportData): string {
  const { evaluation, metrics, puzzles } = data;
  const candidates = candidatesOf(data.retrievalExamples);
  const cards = headlineCards(evaluation, candidates);
  const parts = (
    [
      { id: 'curves', title: 'Learning curves', content: metrics.length > 0 && learningCurves(metrics) },
      {
        id: 'retrieval',
        title: 'Retrieval',
        content:
          (evaluation.retrieval !== undefined || data.retrievalExamples.length > 0) &&
          html`${evaluation.retrieval !== undefined && retrievalTable(evaluation.retrieval, candidates)}${retrievalExamples(data.retrievalExamples)}`,
      },
      {
        id: 'recognition',
        title: 'Recognition',
        content: Object.keys(evaluation.recognition ?? {}).length > 0 && recognitionTable(evaluation.recognition ?? {}),
      },
      {
        id: 'puzzles',
        title: 'Puzzles',
        content: puzzles !== undefined && !lacksPuzzles(puzzles) && puzzleSection(puzzles, evaluation.puzzles),
      },
      { id: 'words', title: 'Words', content: evaluation.words !== undefined && wordsSection(evaluation.words) },
      {
        id: 'alignment',
        title: 'Alignment',
        content:
          (evaluation.alignment !== undefined || (data.alignment ?? []).length > 0) &&
          alignmentSection(evaluation.alignment, data.alignment),
      },
      {
        id: 'captions',
        title: 'Captions',
        content:
          (evaluation.captions !== undefined || (data.captions ?? []).length > 0) &&
          captionsSection(evaluation.captions, data.captions),
      },
      { id: 'setting', title: 'Setting', content: factBlocks(data) },
      { id: 'time', title: 'Time', content: data.times.length > 0 && timeBars(data.times) },
      { id: 'again', title: 'Run it again', content: data.command !== '' && commandBlock(data.command, data.seed) },
      { id: 'skipped', title: 'Left out', content: data.skipped.length > 0 && skippedList(data) },
    ] satisfies Part[]
  ).flatMap(({ content, ...part }) => (content instanceof Html ? [{ ...part, content }] : []));
  return page({
    title: `${data.recipe}: training report`,
    kind: 'Kaleido-BERT training report',
    heading: sentenceCase(data.recipe),
    description: data.description,
    note: html`<p class="finished">Finished <time datetime="${data.finishedAt}">${moment(data.finishedAt)}</time></p>`,
    content: html`${cards}
${
  data.notes.length > 0 &&
  html`<aside class="notes"><h2>Before you read the figures</h2><ul>${data.notes.map((note) => html`<li>${note}</li>`)}</ul></aside>`
}
${pageParts(parts)}`,
  });
}
