import { type FolderFiles, KaleidoError, readJson, sha256 } from '@kaleido/foundation';
import {
  type ExtractorDescription,
  type FeatureExtractor,
  type ForegroundDescription,
  type ForegroundFinder,
  makeExtractor,
  makeForegroundFinder,
  type NetworkKind,
  type WeightsOf,
} from '@kaleido/kaleido-patches';
import type { PositionScale } from '@kaleido/layout';
import { z } from 'zod';

export const preprocessorFile = 'preprocessor.json';

const count = z.number().int().positive();
const size = z.strictObject({ width: count, height: count });
const convolutional = {
  scheme: z.enum(['pass-per-patch', 'pooled-map']),
  inputSize: size.optional(),
  rotatedInputSize: size.optional(),
};
const singleExtractors = [
  z.strictObject({ kind: z.literal('pixels'), size: count.optional() }),
  z.strictObject({ kind: z.literal('colours'), bins: count.optional(), cells: z.number().int().min(0).optional() }),
  z.strictObject({ kind: z.literal('edges'), cells: count.optional(), directions: count.optional() }),
  z.strictObject({ kind: z.enum(['mobilenet-v2', 'resnet50', 'resnet50-v2-stage3']), ...convolutional }),
] as const;
const cutOut = z.boolean().optional();
const padding = z.number().min(0).optional();
const share = z.number().min(0).max(1).optional();
const settings = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.number())]));
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 as 64 hexadecimal digits');

const schema = z.strictObject({
  version: z.literal(1),
  extractor: z.discriminatedUnion('kind', [
    ...singleExtractors,
    z.strictObject({
      kind: z.literal('joined'),
      parts: z.array(z.discriminatedUnion('kind', singleExtractors)).nonempty(),
    }),
  ]),
  foreground: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('whole-image') }),
    z.strictObject({
      kind: z.literal('background-colour'),
      threshold: z.number().positive().optional(),
      padding,
      cutOut,
    }),
    z.strictObject({ kind: z.enum(['network', 'u2net']), threshold: share, padding, keep: share, cutOut }),
  ]),
  positionScale: z.enum(['raw', 'unit']),
  featureWidth: count,
  weights: z.partialRecord(z.enum(['mobilenet-v2', 'resnet50', 'resnet50-v2-stage3', 'network', 'u2net']), hash),
  settings: z.strictObject({ extractor: settings, foreground: settings }),
});

/** How a model's photographs become vectors: `preprocessor.json`. */
export interface Preprocessor {
  readonly version: 1;
  /** Without paths of weights: `weights` identifies them by hash. */
  readonly extractor: ExtractorDescription;
  /** Includes `cutOut`. */
  readonly foreground: ForegroundDescription;
  readonly positionScale: PositionScale;
  /** F, numbers per patch. */
  readonly featureWidth: number;
  /** SHA-256 of the networks' weights, by the kind of their extractor or foreground finder. */
  readonly weights: Readonly<Partial<Record<NetworkKind, string>>>;
  /** Everything that changes the values, defaults included, as given by extractor and finder for these features. */
  readonly settings: {
    readonly extractor: FeatureExtractor['settings'];
    readonly foreground: ForegroundFinder['settings'];
  };
}

/** Description of a preprocessor. */
export interface PreprocessorOptions {
  readonly extractor: ExtractorDescription;
  /** Default: by the background's colour, which needs no network. */
  readonly foreground?: ForegroundDescription;
  /** Default: that of the model; "unit" for a new one. */
  readonly positionScale?: PositionScale;
}

/** Extractor and foreground finder, ready to use, with their description. */
export interface OpenedPreprocessor {
  readonly preprocessor: Preprocessor;
  readonly extractor: FeatureExtractor;
  readonly foreground: ForegroundFinder;
}

/**
 * Makes extractor and foreground finder from a description. Reads their weights, and needs no backend yet.
 * @throws KaleidoError for weights that cannot be read
 */
export async function makePreprocessor(
  {
    extractor: described,
    foreground: wanted = { kind: 'background-colour' },
    positionScale = 'unit',
  }: PreprocessorOptions,
  weightsOf: WeightsOf,
): Promise<OpenedPreprocessor> {
  const weights: Partial<Record<NetworkKind, string>> = {};
  const hashed: WeightsOf = async (network, place) => {
    const bytes = await weightsOf(network, place);
    weights[network] = await sha256(bytes);
    return bytes;
  };
  const extractor = await makeExtractor(described, hashed);
  const foreground = await makeForegroundFinder(wanted, hashed);
  return {
    extractor,
    foreground,
    preprocessor: {
      version: 1,
      extractor: described.kind === 'joined' ? { kind: 'joined', parts: described.parts.map(plain) } : plain(described),
      foreground: plain(wanted),
      positionScale,
      featureWidth: extractor.featureWidth,
      weights,
      settings: { extractor: extractor.settings, foreground: foreground.settings },
    },
  };
}

/** The description without its path and undefined keys. */
function plain<Description extends object>(description: Description): Description {
  const { weights: _, ...rest } = description as Description & { weights?: unknown };
  return JSON.parse(JSON.stringify(rest)) as Description;
}

/**
 * Makes extractor and foreground finder from a `preprocessor.json`.
 * @throws KaleidoError for weights that cannot be read or differ, and where this version makes other features
 */
export async function openPreprocessor(preprocessor: Preprocessor, weightsOf: WeightsOf): Promise<OpenedPreprocessor> {
  const { extractor, foreground, positionScale } = preprocessor;
  const verified: WeightsOf = async (network, place) => {
    const bytes = await weightsOf(network, place);
    const [expected, found] = [preprocessor.weights[network], await sha256(bytes)];
    if (expected !== found)
      throw new KaleidoError({
        source: 'pipeline',
        problem: `the weights of ${network} are not those that the model's features were made with: their SHA-256 must be ${expected ?? 'in preprocessor.json, under "weights"'}`,
        found,
        advice: `pass the right ones: weights: { "${network}": ... }`,
      });
    return bytes;
  };
  const opened = await makePreprocessor({ extractor, foreground, positionScale }, verified);
  try {
    const { featureWidth, settings } = opened.preprocessor;
    for (const part of ['extractor', 'foreground'] as const)
      for (const key of new Set([...Object.keys(settings[part]), ...Object.keys(preprocessor.settings[part])])) {
        const [own, wanted] = [settings[part][key], preprocessor.settings[part][key]];
        if (JSON.stringify(own) !== JSON.stringify(wanted))
          throw new KaleidoError({
            source: 'pipeline',
            problem: `this version's ${part} makes other features than the model knows: "${key}" must be ${JSON.stringify(wanted)}`,
            found: own ?? null,
            advice: 'use the version that the model was trained with, or train it again',
          });
      }
    if (featureWidth !== preprocessor.featureWidth)
      throw new KaleidoError({
        source: 'pipeline',
        problem: `${preprocessorFile} names the feature width ${preprocessor.featureWidth}, and its extractor has another`,
        found: featureWidth,
        advice: 'copy the folder again',
      });
    return { ...opened, preprocessor };
  } catch (error) {
    opened.extractor.dispose();
    opened.foreground.dispose?.();
    throw error;
  }
}

/**
 * Reads a folder's `preprocessor.json`.
 * @returns undefined if it does not exist
 * @throws KaleidoError naming the invalid key
 */
export async function readPreprocessor(files: FolderFiles): Promise<Preprocessor | undefined> {
  const values = await readJson(files, preprocessorFile, 'pipeline', 'copy the folder again');
  if (values === undefined) return undefined;
  const name = files.pathOf(preprocessorFile);
  const version = (values as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > 1)
    throw new KaleidoError({
      source: 'pipeline',
      problem: `${name} is of a later version than this one reads, 1`,
      found: version,
      advice: 'use a newer @kaleido/pipeline',
    });
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data as Preprocessor;
  const issue = parsed.error.issues[0];
  throw new KaleidoError({
    source: 'pipeline',
    problem: `${name} is wrong at "${issue?.path.join('.')}": ${issue?.message}`,
    advice: 'copy the folder again',
  });
}

/** The text of a `preprocessor.json`. */
export function preprocessorText(preprocessor: Preprocessor): string {
  return `${JSON.stringify(preprocessor, undefined, 2)}\n`;
}
