export type {
  CaptionInspection,
  DuplicateExample,
  DuplicateInspection,
  Duplicates,
  FirstProduct,
  Inspection,
  LabelInspection,
  PhotographKey,
  PictureInspection,
  ShownPicture,
  ShownPictures,
  SplitInspection,
} from './inspection.ts';
export { type NearOptions, nearPictures, type PictureSketches } from './near-pictures.ts';
export { type PictureSketch, sketchBytes, sketchPicture } from './picture-sketch.ts';
