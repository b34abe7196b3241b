export { renderReport } from './report/render-report.ts';
export type {
  ColouredPuzzle,
  MetricLine,
  Picture,
  PuzzleExamples,
  ReportData,
  RetrievalExample,
} from './report/report-data.ts';
