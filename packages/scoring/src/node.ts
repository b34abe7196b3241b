export { type CaptionedSplit, type CaptionSplitOptions, captionSplit, defaultBeam } from './caption-split.ts';
export { classifySplit } from './classify-split.ts';
export { readListFile, refuseSkipped, samePictureNotes } from './given-lists.ts';
export { measureAlignment } from './measure-alignment.ts';
export { captionExamples, captionPictureIds } from './report-captions.ts';
export { readPictures } from './report-pictures.ts';
export { puzzleExamples, puzzlePictureRows } from './report-puzzles.ts';
export { retrievalExamples, retrievalPictureIds } from './report-retrieval.ts';
export { openSplitScorer } from './score-split.ts';
