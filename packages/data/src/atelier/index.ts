export type { Assortment } from './assortment.ts';
export { type BackgroundKind, drawScene } from './backgrounds.ts';
export { type ColourName, colourNames } from './colours.ts';
export {
  type AtelierProduct,
  designProduct,
  type PatternScale,
  productAttributes,
  type Season,
} from './design-product.ts';
export { drawObject, type ObjectKind } from './draw-object.ts';
export {
  type AtelierView,
  defaultImageSize,
  drawProduct,
  type PartBox,
  type ProductDrawing,
  type ViewKind,
} from './draw-product.ts';
export { type FabricName, fabricNames } from './fabrics.ts';
export { type Fact, type FactAspect, factsOf } from './facts.ts';
export { factsIn } from './facts-in-caption.ts';
export { type FeatureName, type FeatureValues, featureNames, type ProductFeatures } from './features.ts';
export { categoryNames, type SubcategoryName, subcategoryNames } from './garment-kinds.ts';
export type { Department } from './look.ts';
export { type MotifName, motifNames } from './motifs.ts';
export {
  ATELIER_VERSION,
  type Atelier,
  type AtelierOptions,
  type ImageTruth,
  openAtelier,
  type PictureFormat,
  svgPictures,
} from './open-atelier.ts';
export { type PatternName, patternNames } from './patterns.ts';
export type { PartName, Side } from './sketch.ts';
export { type Caption, type Mention, type MentionAspect, writeCaption } from './write-caption.ts';
