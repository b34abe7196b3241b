import { pathFromUser } from '@kaleido/foundation/node';
import type { ExtractorDescription, ForegroundDescription } from '@kaleido/kaleido-patches';
import * as pipeline from '@kaleido/pipeline';
import type { Recipe, RecipeExtractor } from './recipe.ts';

/** A recipe's extractor, whose paths are from where the user stands. */
export function extractorDescription(extractor: RecipeExtractor): ExtractorDescription {
  return pipeline.extractorDescription(extractor, pathFromUser);
}

/** A recipe's foreground finder, likewise. */
export function foregroundDescription(features: Recipe['features']): ForegroundDescription {
  return pipeline.foregroundDescription(features, pathFromUser);
}

/** As a reader would name it: `mobilenet-v2 and colours`. */
export function extractorName(extractor: RecipeExtractor): string {
  return extractor.kind === 'joined' ? extractor.parts.map(({ kind }) => kind).join(' and ') : extractor.kind;
}

/** Pixels a side of predicted features that are a picture, or begin with one. */
export function paintedSize(extractor: RecipeExtractor): number | undefined {
  const first = extractor.kind === 'joined' ? extractor.parts[0] : extractor;
  return first?.kind === 'pixels' ? first.size : undefined;
}
