import { KaleidoError } from '@kaleido/foundation';
import { StatisticsGatherer } from '@kaleido/kaleido-patches';
import {
  featureStandardisation,
  KaleidoBert,
  type KaleidoBertConfig,
  kaleidoBertConfig,
  modelFromWeights,
  type PresetName,
  presetSize,
  readWeights,
  type Weights,
} from '@kaleido/model';
import { createTokenizer, type Tokenizer, trainWordPieceVocabulary } from '@kaleido/tokenizer';
import { groupsOf, ImageFeatures } from './image-features.ts';
import { Kaleido } from './kaleido.ts';
import { findWeights, type NetworkWeights } from './open-kaleido.ts';
import type { Photographs } from './photograph.ts';
import type { Platform } from './platform.ts';
import { makePreprocessor, type PreprocessorOptions } from './preprocessor.ts';

/** Captions as a list or a stream, by themselves or in records; records without one are passed over. */
export type Captions = Iterable<Captioned> | AsyncIterable<Captioned>;

type Captioned = string | { readonly caption?: string };

export interface CreateKaleidoOptions extends Partial<PreprocessorOptions> {
  /** Captions to train the vocabulary on, or records that have them, e.g. products. Either these or `tokenizer`. */
  readonly captions?: Captions;
  /** An existing tokenizer. */
  readonly tokenizer?: Tokenizer;
  /** Most pieces in the vocabulary. Default 1,200, as in `recipes/quickstart.json`. */
  readonly vocabularySize?: number;
  /** Default `small`, for a laptop; `base` is the paper's size. */
  readonly preset?: PresetName;
  /** Keys of `config.json` to override. */
  readonly settings?: Readonly<Partial<KaleidoBertConfig>>;
  /**
   * Some photographs, e.g. a hundred. The model standardises by the mean and deviation of their features, and learns
   * faster. Default: none, features are not standardised.
   */
  readonly photographs?: Photographs;
  /** Seed of the initial weights. Default 1. */
  readonly seed?: number;
  /** As in `openKaleido`. */
  readonly weights?: NetworkWeights;
}

/** The parts of a new model that come from elsewhere, e.g. from a BERT. */
export interface Beginning {
  readonly config: Partial<KaleidoBertConfig>;
  readonly tokenizer: Tokenizer;
  /** @param drawn the random initial weights */
  weights(config: KaleidoBertConfig, drawn: Weights): Weights;
}

/**
 * The settings of `recipes/quickstart.json`, with which a small model learns better (docs/decisions/0004): a joint
 * space, positions as shares of the photograph, attention that starts as the identity, no dropout.
 */
const usualSettings: Partial<KaleidoBertConfig> = {
  joint_size: 128,
  attention_initialisation: 'identity',
  hidden_dropout_prob: 0,
  attention_probs_dropout_prob: 0,
};

/** Implements `createKaleido` of index.ts and node.ts. */
export async function createFrom(
  options: CreateKaleidoOptions,
  platform: Platform,
  beginning?: Beginning,
): Promise<Kaleido> {
  const { preset, settings = {}, photographs, seed = 1, weights = {} } = options;
  const tokenizer = beginning?.tokenizer ?? (await tokenizerOf(options));
  const scale = options.positionScale ?? settings.position_scale ?? 'unit';
  const opened = await makePreprocessor(
    {
      // 16 x 16 pixels and colours, as in the quickstart: no network, so only the photograph is needed.
      extractor: { kind: 'joined', parts: [{ kind: 'pixels' }, { kind: 'colours', cells: 0 }] },
      ...options,
      positionScale: scale,
    },
    findWeights(undefined, platform, weights),
  );
  const imageFeatures = new ImageFeatures(opened, platform);
  let drawn: KaleidoBert | undefined;
  try {
    const config = kaleidoBertConfig({
      ...usualSettings,
      ...(beginning?.config ?? presetSize(preset ?? 'small')),
      standardise_features: photographs !== undefined,
      ...settings,
      position_scale: scale,
      vocab_size: tokenizer.vocabularySize,
      patch_feature_size: opened.preprocessor.featureWidth,
    });
    drawn = KaleidoBert.create(config, seed);
    if (beginning === undefined && photographs === undefined)
      return new Kaleido({ model: drawn, tokenizer, imageFeatures }, platform);
    const first = new Map(await readWeights(drawn));
    if (photographs !== undefined)
      for (const [name, values] of await standardisationOf(photographs, imageFeatures)) first.set(name, values);
    const model = modelFromWeights(config, beginning?.weights(config, first) ?? first);
    drawn.dispose();
    return new Kaleido({ model, tokenizer, imageFeatures }, platform);
  } catch (error) {
    drawn?.dispose();
    imageFeatures.release();
    throw error;
  }
}

async function tokenizerOf({ captions, tokenizer, vocabularySize }: CreateKaleidoOptions): Promise<Tokenizer> {
  if (tokenizer !== undefined && captions === undefined && vocabularySize === undefined) return tokenizer;
  if (captions !== undefined && tokenizer === undefined)
    return createTokenizer(trainWordPieceVocabulary(await textsOf(captions), { size: vocabularySize ?? 1200 }));
  throw new KaleidoError({
    source: 'pipeline',
    problem: 'a new model needs either captions to train a vocabulary on, or a tokenizer that has one',
    found: Object.entries({ captions, tokenizer, vocabularySize }).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    ),
    advice: 'pass captions: [...], and vocabularySize if you like; or tokenizer alone',
  });
}

async function textsOf(captions: Captions): Promise<string[]> {
  const texts: string[] = [];
  for await (const one of captions) {
    const text: unknown = typeof one === 'string' ? one : one?.caption;
    if (text === undefined) continue;
    if (typeof text !== 'string' || typeof captions === 'string')
      throw new KaleidoError({
        source: 'pipeline',
        problem: 'captions must come as a list or stream of strings, or of records with a caption',
        found: typeof captions === 'string' ? captions : text,
        advice: 'e.g. captions: ["a red shirt", "a blue dress"]',
      });
    texts.push(text);
  }
  return texts;
}

async function standardisationOf(photographs: Photographs, imageFeatures: ImageFeatures): Promise<Weights> {
  const { extractor, preprocessor } = imageFeatures.opened;
  const gatherer = new StatisticsGatherer(preprocessor.featureWidth, extractor.precision ?? 'float16');
  let count = 0;
  for await (const group of groupsOf(photographs)) {
    const { skipped, records } = await imageFeatures.prepare(group, undefined, (values) => gatherer.add(values));
    const [first] = skipped;
    if (first !== undefined)
      throw new KaleidoError({ source: 'pipeline', problem: `${first.id} cannot be used: ${first.reason}` });
    count += records.length;
  }
  if (count > 0) return featureStandardisation(gatherer.result());
  throw new KaleidoError({
    source: 'pipeline',
    problem: 'there are no photographs to compute the mean and deviation of features from',
    advice: 'pass some, or leave photographs out',
  });
}
