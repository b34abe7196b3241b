import { pathFromUser } from '@kaleido/foundation/node';
import type {
  ConvolutionalOptions,
  ExtractorDescription,
  ForegroundDescription,
  SingleExtractorDescription,
} from '@kaleido/kaleido-patches';
import type { Recipe, RecipeExtractor, SingleRecipeExtractor } from './recipe.ts';

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
  if (extractor.kind === 'pixels' || extractor.kind === 'colours') return extractor;
  const { scheme, inputSize, rotatedInputSize } = extractor;
  const square = (side: number) => ({ width: side, height: side });
  const size = inputSize === undefined ? {} : { inputSize: square(inputSize) };
  const options: ConvolutionalOptions =
    scheme === 'pass-per-patch'
      ? { scheme, ...size }
      : {
          scheme,
          ...size,
          ...(rotatedInputSize === undefined ? {} : { rotatedInputSize: square(rotatedInputSize) }),
        };
  if (extractor.kind !== 'mobilenet-v2')
    return { kind: extractor.kind, weights: pathFromUser(extractor.weights), ...options };
  const { kind, weights } = extractor;
  return { kind, ...(weights === undefined ? {} : { weights: pathFromUser(weights) }), ...options };
}

/** A recipe's foreground finder, as @kaleido/kaleido-patches takes it. */
export function foregroundDescription({ foreground, cutOut }: Recipe['features']): ForegroundDescription {
  switch (foreground.kind) {
    case 'whole-image':
      return foreground;
    case 'background-colour':
      return { ...given(foreground), kind: foreground.kind, cutOut };
    default: {
      const { weights } = foreground;
      return {
        ...given(foreground),
        kind: foreground.kind,
        ...(weights === undefined ? {} : { weights: pathFromUser(weights) }),
        cutOut,
      };
    }
  }
}

type Given<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

/** The same without what is left out. */
function given<Value extends object>(value: Value): Given<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Given<Value>;
}
