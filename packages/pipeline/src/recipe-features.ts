import type {
  ConvolutionalOptions,
  ExtractorDescription,
  ForegroundDescription,
  SingleExtractorDescription,
} from '@kaleido/kaleido-patches';
import { z } from 'zod';

const count = z.number().int().positive();
const share = z.number().min(0).max(1);

/** A convolutional network; sizes are of square pictures, the weights' path is relative to the working directory. */
const network = {
  scheme: z.enum(['pass-per-patch', 'pooled-map']).default('pooled-map'),
  inputSize: count.optional(),
  rotatedInputSize: count.optional(),
};

const singleExtractors = [
  z.strictObject({ kind: z.literal('pixels'), size: count.default(16) }),
  z.strictObject({
    kind: z.literal('colours'),
    bins: count.max(16).default(4),
    cells: z.literal([0, 1, 2, 4, 8, 16]).default(4),
  }),
  z.strictObject({
    kind: z.literal('edges'),
    cells: z.literal([1, 2, 4, 8, 16]).default(4),
    directions: count.max(16).default(4),
  }),
  z.strictObject({ kind: z.literal('mobilenet-v2'), ...network, weights: z.string().min(1).optional() }),
  z.strictObject({ kind: z.enum(['resnet50', 'resnet50-v2-stage3']), ...network, weights: z.string().min(1) }),
] as const;

/** A recipe's extractor: sizes are of square pictures, weights are paths. */
export const recipeExtractorSchema = z.discriminatedUnion('kind', [
  ...singleExtractors,
  z.strictObject({
    kind: z.literal('joined'),
    parts: z
      .array(z.discriminatedUnion('kind', singleExtractors))
      .nonempty()
      .refine((parts) => new Set(parts.map(({ kind }) => kind)).size === parts.length, 'two parts of one kind'),
  }),
]);

/** How the object is found in a photograph. */
const foreground = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('whole-image') }),
  z.strictObject({
    kind: z.literal('background-colour'),
    threshold: z.number().positive().optional(),
    padding: z.number().min(0).optional(),
  }),
  z.strictObject({
    kind: z.enum(['network', 'u2net']),
    threshold: share.optional(),
    padding: z.number().min(0).optional(),
    keep: share.optional(),
    weights: z.string().min(1).optional(),
  }),
]);

/** `features` of a recipe: how photographs become vectors. */
export const recipeFeaturesSchema = z.strictObject({
  extractor: recipeExtractorSchema,
  foreground: foreground.default({ kind: 'background-colour' }),
  /** Whether to paint the background white where it differs from the product; the paper keeps it. */
  cutOut: z.boolean().default(false),
});

export type RecipeFeatures = Immutable<z.infer<typeof recipeFeaturesSchema>>;
export type RecipeExtractor = RecipeFeatures['extractor'];
type SingleRecipeExtractor = Exclude<RecipeExtractor, { kind: 'joined' }>;

/** A recipe is read-only after parsing. */
type Immutable<Value> = Value extends object ? { readonly [Key in keyof Value]: Immutable<Value[Key]> } : Value;

/** Resolves a recipe's path, e.g. `pathFromUser` of `@kaleido/foundation/node`. */
type PlaceOf = (path: string) => string;

/** Converts a recipe's extractor for @kaleido/kaleido-patches. */
export function extractorDescription(extractor: RecipeExtractor, placeOf: PlaceOf): ExtractorDescription {
  return extractor.kind === 'joined'
    ? { kind: 'joined', parts: extractor.parts.map((part) => singleDescription(part, placeOf)) }
    : singleDescription(extractor, placeOf);
}

function singleDescription(extractor: SingleRecipeExtractor, placeOf: PlaceOf): SingleExtractorDescription {
  if (extractor.kind === 'pixels' || extractor.kind === 'colours' || extractor.kind === 'edges') return extractor;
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
    return { kind: extractor.kind, weights: placeOf(extractor.weights), ...options };
  const { kind, weights } = extractor;
  return { kind, ...(weights === undefined ? {} : { weights: placeOf(weights) }), ...options };
}

/** Converts a recipe's foreground finder for @kaleido/kaleido-patches. */
export function foregroundDescription(
  { foreground, cutOut }: Pick<RecipeFeatures, 'foreground' | 'cutOut'>,
  placeOf: PlaceOf,
): ForegroundDescription {
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
        ...(weights === undefined ? {} : { weights: placeOf(weights) }),
        cutOut,
      };
    }
  }
}

type Given<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

/** The same without undefined keys. */
function given<Value extends object>(value: Value): Given<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Given<Value>;
}
