export {
  type AlignSplitOptions,
  alignSplit,
  alignWith,
  type FitSplitOptions,
  type FittedAlignments,
} from './align-split.ts';
export { cachedVocabulary } from './cached-vocabulary.ts';
export { type MadeFeatures, makeFeatures, type PrepareSplitOptions, prepareSplit } from './prepare-split.ts';
