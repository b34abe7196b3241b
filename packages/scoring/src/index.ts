export {
  chooseMatchingWeight,
  drawLists,
  puzzleFigures,
  recognitionFigures,
  retrievalFigures,
  type ScoredLists,
  scoreLists,
} from './evaluate-split.ts';
export { mineNegatives } from './mine-negatives.ts';
export { type CatalogueData, type ModelData, modelData, type SplitData } from './model-data.ts';
export type { RecognitionData } from './recognition-worker.ts';
export type { SplitScorer } from './score-split.ts';
export type { PuzzleAnswers } from './scoring-worker.ts';
