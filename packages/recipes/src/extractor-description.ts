import { pathFromUser } from '@kaleido/foundation/node';
import type { ExtractorDescription, ForegroundDescription } from '@kaleido/kaleido-patches';
import * as pipeline from '@kaleido/pipeline';
import type { Recipe, RecipeExtractor } from '@kaleido/recipe-schema';

/** A recipe's extractor; its paths are relative to the user's working directory. */
export function extractorDescription(extractor: RecipeExtractor): ExtractorDescription {
  return pipeline.extractorDescription(extractor, pathFromUser);
}

/** A recipe's foreground finder; paths as in `extractorDescription`. */
export function foregroundDescription(features: Recipe['features']): ForegroundDescription {
  return pipeline.foregroundDescription(features, pathFromUser);
}

/** Readable name, e.g. `mobilenet-v2 and colours`. */
export function extractorName(extractor: RecipeExtractor): string {
  return extractor.kind === 'joined' ? extractor.parts.map(({ kind }) => kind).join(' and ') : extractor.kind;
}

/** Pixels per side of predicted features that are a picture, or start with one. */
export function paintedSize(extractor: RecipeExtractor): number | undefined {
  const first = extractor.kind === 'joined' ? extractor.parts[0] : extractor;
  return first?.kind === 'pixels' ? first.size : undefined;
}
