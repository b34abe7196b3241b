export { renderAblation } from './ablation/render-ablation.ts';
export { renderReport } from './report/render-report.ts';
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
