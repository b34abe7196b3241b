import type { ExtractorDescription, SingleExtractorDescription } from '@kaleido/kaleido-patches';
import type { RecipeExtractor, SingleRecipeExtractor } from './recipe.ts';

/** A recipe's extractor, whose pictures are square, as @kaleido/kaleido-patches takes it. */
export function extractorDescription(extractor: RecipeExtractor): ExtractorDescription {
  return extractor.kind === 'joined'
    ? { kind: 'joined', parts: extractor.parts.map(singleDescription) }
    : singleDescription(extractor);
}

/** As a reader would name it: `mobilenet-v2 and colours`. */
export function extractorName(extractor: RecipeExtractor): string {
  return extractor.kind === 'joined' ? extractor.parts.map(({ kind }) => kind).join(' and ') : extractor.kind;
}

function singleDescription(extractor: SingleRecipeExtractor): SingleExtractorDescription {
  if (extractor.kind !== 'mobilenet-v2') return extractor;
  const { kind, scheme, inputSize, rotatedInputSize } = extractor;
  const square = (side: number) => ({ width: side, height: side });
  const size = inputSize === undefined ? {} : { inputSize: square(inputSize) };
  return scheme === 'pass-per-patch'
    ? { kind, scheme, ...size }
    : {
        kind,
        scheme,
        ...size,
        ...(rotatedInputSize === undefined ? {} : { rotatedInputSize: square(rotatedInputSize) }),
      };
}
