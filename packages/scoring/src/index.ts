export { captionCountsFile, countCaptions, decodeCaptionCounts, encodeCaptionCounts } from './caption-counts.ts';
export { scoredCaptions } from './caption-figures.ts';
export {
  chooseMatchingWeight,
  drawLists,
  puzzleFigures,
  retrievalFigures,
  type ScoredLists,
  scoreLists,
} from './evaluate-split.ts';
export { type FullSetOptions, type ScoredFullSet, scoreFullSet } from './full-set.ts';
export { decodeHardNegatives, encodeHardNegatives } from './hard-negatives-file.ts';
export { type Lookalikes, lookalikes } from './lookalikes.ts';
export { mineNegatives } from './mine-negatives.ts';
export { type CatalogueData, type ModelData, modelData, type SplitData } from './model-data.ts';
export { type ReadWordsOptions, readWords } from './read-words.ts';
export type { RecognitionData } from './recognition-worker.ts';
export type { SplitScorer } from './score-split.ts';
export type { PuzzleAnswers, WordQuestion } from './scoring-worker.ts';
export { type WorstQuery, worstOfFullSet, worstOfLists, worstQueryIds } from './worst-queries.ts';
