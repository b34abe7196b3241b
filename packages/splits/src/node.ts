export { type MadeFeatures, makeFeatures, type PrepareSplitOptions, prepareSplit } from './prepare-split.ts';
