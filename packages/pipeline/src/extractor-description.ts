import type { ExtractorDescription } from '@kaleido/kaleido-patches';
import type { RecipeExtractor } from './recipe.ts';

/** A recipe's extractor, whose pictures are square, as @kaleido/kaleido-patches takes it. */
export function extractorDescription(extractor: RecipeExtractor): ExtractorDescription {
  if (extractor.kind === 'pixels') return extractor;
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
