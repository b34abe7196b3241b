export type {
  AblationFigure,
  AblationGroup,
  AblationRow,
  AblationTable,
  AblationValue,
} from './ablation/ablation-table.ts';
export {
  type AlignedPicture,
  type PlacedWord,
  placedWords,
} from './alignment/aligned-picture.ts';
export {
  type AlignedProduct,
  type AlignmentFigures,
  alignmentFigures,
  type LevelShares,
  type PartMention,
  type Rectangle,
} from './alignment/alignment-figures.ts';
export { type AlignmentSvgOptions, alignmentSvg } from './alignment/alignment-svg.ts';
export type { DrawingOptions } from './alignment/drawing.ts';
export { guidedMaskingSvg, type HiddenParts } from './alignment/guided-masking-svg.ts';
export { patchWordsSvg } from './alignment/patch-words-svg.ts';
export { wordPatchesSvg } from './alignment/word-patches-svg.ts';
export { averagePrecision } from './average-precision.ts';
export {
  type CandidateList,
  type CandidateListFile,
  type CatalogueEntry,
  captionKey,
  type RetrievalDirection,
  writeCandidateLists,
} from './candidate-lists/candidate-list.ts';
export { type CandidateListCheck, checkCandidateLists } from './candidate-lists/check-candidate-lists.ts';
export {
  type CandidateListOptions,
  candidateLists,
  longestCandidateLists,
} from './candidate-lists/generate-candidate-lists.ts';
export { readCandidateLists, sha256Of } from './candidate-lists/read-candidate-lists.ts';
export type { Bleu } from './captions/bleu.ts';
export {
  type CaptionFact,
  type CaptionFactFigures,
  type CaptionFactsItem,
  captionFacts,
  type FactAspect,
  type FactFigures,
} from './captions/caption-facts.ts';
export {
  type CaptionItem,
  type CaptionMetrics,
  type CaptionScores,
  captionMetrics,
  tokenisedCaptionMetrics,
} from './captions/caption-metrics.ts';
export { captionTokens, ptbTokens } from './captions/ptb-tokens.ts';
export type { TokenisedItem } from './captions/tokenised-item.ts';
export {
  type ClassificationMetrics,
  type ClassMetrics,
  classificationMetrics,
  type Predictions,
  predictedClass,
} from './classification-metrics.ts';
export { chooseWeight, combineScoredLists, combineScores, type WeightChoice } from './combine-scores.ts';
export { type ComparePairedOptions, comparePaired, type PairedComparison } from './compare-paired.ts';
export {
  evaluateRetrieval,
  type RetrievalEvaluation,
  type RetrievalFigures,
  type RetrievalOfFile,
  type RetrievalResult,
  rankInList,
  type ScoreCandidates,
  type ScoredList,
  type ScoredListFile,
  scoreCandidateLists,
  summarizeRetrieval,
} from './evaluate-retrieval.ts';
export type {
  CaptionFigures,
  Evaluation,
  FullRetrievalFigures,
  GuessedWords,
  PuzzleFigures,
  RecognitionFigures,
  ScoredCaptions,
  WordFigures,
  WordsRead,
} from './evaluation.ts';
export { type CrossFittedWeight, crossFittedWeight } from './ranking/cross-fitted-weight.ts';
export { type FirstStage, type FirstStageOptions, firstStage } from './ranking/first-stage.ts';
export { type FullSetRetrieval, type FullSetScores, fullSetRetrieval } from './ranking/full-set-retrieval.ts';
export { type GroupedRecalls, groupedRecalls, type ScoredPair } from './ranking/grouped-recalls.ts';
export { rankOfPositive, type TieRule } from './ranking/rank-of-positive.ts';
export { type RankSummary, type Recalls, retrievalRecalls, sumOfRecalls } from './ranking/retrieval-recalls.ts';
export {
  chooseTwoStageWeight,
  type FullSetFigures,
  type OfQueries,
  type RecallCeiling,
  type SecondStageWeight,
  type TwoStageAt,
  type TwoStageDirections,
  type TwoStageFigures,
  type TwoStages,
  twoStageFigures,
  twoStageRanks,
  weightOf,
} from './ranking/two-stage-retrieval.ts';
export {
  type Confusion,
  type NamedClassMetrics,
  type RecognisedItems,
  type RecognitionDetails,
  recognitionDetails,
  recognitionFigures,
  type WrongAnswer,
} from './recognition-details.ts';
export { type Html, html } from './report/html.ts';
export { type HtmlPageOptions, htmlPage, type PagePart, pageParts, pictureUri } from './report/html-page.ts';
export { type Guess, NeighbourCounts } from './words/neighbour-counts.ts';
export { type MaskedPieces, type PieceAnswers, type WordAnswers, wordFigures } from './words/word-figures.ts';
