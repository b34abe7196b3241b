export { renderAblation } from './ablation/render-ablation.ts';
export type { EvaluationPage } from './report/evaluation-page.ts';
export {
  type MeasuredField,
  type RecognitionFailure,
  type RecognitionPage,
  renderRecognition,
} from './report/render-recognition.ts';
export { renderReport } from './report/render-report.ts';
export { type RetrievalPage, renderRetrieval } from './report/render-retrieval.ts';
export type {
  AlignmentExample,
  CaptionExample,
  ColouredPuzzle,
  MetricLine,
  Picture,
  PuzzleExamples,
  ReportData,
  RetrievalExample,
} from './report/report-data.ts';
