import { classifierHead, type OpensHead, openOwnHead, readClassifier, readOwnHead } from '@kaleido/fine-tuning';
import { type FolderFiles, folderAbove, KaleidoError, readJson } from '@kaleido/foundation';
import { type NetworkKind, packagedWeights, type WeightsOf } from '@kaleido/kaleido-patches';
import { assertLayers, Classifier, type KaleidoBert, type KaleidoBertConfig } from '@kaleido/model';
import { openTokenizerFiles, type Tokenizer } from '@kaleido/tokenizer';
import { z } from 'zod';
import { ImageFeatures } from './image-features.ts';
import { Kaleido } from './kaleido.ts';
import type { Platform } from './platform.ts';
import {
  makePreprocessor,
  type OpenedPreprocessor,
  openPreprocessor,
  type PreprocessorOptions,
  preprocessorFile,
  readPreprocessor,
} from './preprocessor.ts';
import { extractorDescription, foregroundDescription, recipeFeaturesSchema } from './recipe-features.ts';

/** Weights of networks by the kind of their extractor or foreground finder: bytes, path or URL. */
export type NetworkWeights = Readonly<Partial<Record<NetworkKind, Uint8Array | string | URL>>>;

export interface OpenKaleidoOptions<Result = unknown> {
  /** The task of `defineTask` that the model was fine-tuned for: a folder does not hold its functions. */
  readonly task?: OpensHead<Result>;
  /**
   * Weights of the networks that make features and find the foreground. They must be those that made the model's
   * features. Default: a file `<kind>.safetensors` (`u2net.onnx`) of the folder, else those that come with
   * `@kaleido/kaleido-patches`; a page fetches these from where its bundler has put them.
   */
  readonly weights?: NetworkWeights;
  /**
   * How photographs become features, for a folder without `preprocessor.json` and `recipe.json`, e.g. a released
   * checkpoint.
   */
  readonly preprocessor?: PreprocessorOptions;
  /** Tokenizer for a folder without a vocabulary. */
  readonly tokenizer?: Tokenizer;
}

/** A model's configuration, and how to load its weights. */
export interface StoredModel {
  readonly config: KaleidoBertConfig;
  load(): Promise<KaleidoBert>;
}

/**
 * Opens the files of a model folder. Everything is checked before weights are put on the backend.
 */
export async function openFiles<Result>(
  files: FolderFiles,
  stored: StoredModel,
  platform: Platform,
  options: OpenKaleidoOptions<Result>,
): Promise<Kaleido<Result>> {
  const { config } = stored;
  const own = await readOwnHead(files);
  const { task } = options;
  if (own === undefined && task !== undefined)
    throw new KaleidoError({
      source: 'pipeline',
      problem: `the option task would have no effect: ${files.name} is not fine-tuned for a task of your own`,
      found: task.name,
      advice: 'leave the option out',
    });
  const classifier = await readClassifier(files);
  if (classifier !== undefined) assertLayers(config, classifier.options, classifier.layers);
  // Older runs have vocabulary and recipe only in their own folder, not in their finetuned/*.
  const above = classifier === undefined ? [] : [folderAbove(files, 2)];
  const tokenizer = await tokenizerOf([files, ...above], options);
  if (tokenizer.vocabularySize !== config.vocab_size)
    throw new KaleidoError({
      source: 'pipeline',
      problem: `the vocabulary of ${files.name} must have ${config.vocab_size} pieces, as many as the model`,
      found: tokenizer.vocabularySize,
      advice: 'copy the folder again, or use the vocabulary that was saved with the model',
    });
  const opened = await preprocessorOf([files, ...above], config, platform, options);
  const imageFeatures = new ImageFeatures(opened, platform);
  let model: KaleidoBert | undefined;
  try {
    assertFits(files, opened, config);
    model = await stored.load();
    const head =
      own !== undefined
        ? openOwnHead(own, task?.shape, config, files.name)
        : classifier && classifierHead<Result>(new Classifier(model, classifier.options, classifier.layers));
    return new Kaleido<Result>({ model, tokenizer, imageFeatures, head }, platform);
  } catch (error) {
    model?.dispose();
    imageFeatures.release();
    throw error;
  }
}

async function tokenizerOf(
  folders: readonly FolderFiles[],
  { tokenizer: given }: OpenKaleidoOptions,
): Promise<Tokenizer> {
  for (const files of folders)
    for (const name of ['vocab.txt', 'tokenizer.json']) {
      const found = await files.open(name);
      if (found === undefined) continue;
      await found.close();
      if (given !== undefined) throw noEffect('tokenizer', files.pathOf(name));
      return openTokenizerFiles(files);
    }
  if (given !== undefined) return given;
  const [files] = folders as [FolderFiles];
  throw new KaleidoError({
    source: 'pipeline',
    problem: `${files.name} has no vocabulary: cannot read vocab.txt or tokenizer.json`,
    found: files.whyAbsent('vocab.txt'),
    advice: 'copy the vocabulary into the folder, or pass it: tokenizer: await openTokenizer(...)',
  });
}

async function preprocessorOf(
  folders: readonly FolderFiles[],
  config: KaleidoBertConfig,
  platform: Platform,
  { preprocessor: given, weights = {} }: OpenKaleidoOptions,
): Promise<OpenedPreprocessor> {
  const [files] = folders as [FolderFiles];
  const weightsOf = findWeights(files, platform, weights);
  const stored = await readPreprocessor(files);
  if (stored !== undefined) {
    if (given !== undefined) throw noEffect('preprocessor', files.pathOf(preprocessorFile));
    return openPreprocessor(stored, weightsOf);
  }
  for (const folder of folders) {
    const recipe = await readJson(folder, 'recipe.json', 'pipeline');
    if (recipe === undefined) continue;
    if (given !== undefined) throw noEffect('preprocessor', folder.pathOf('recipe.json'));
    const { features } = parseRecipeFeatures(recipe, folder.pathOf('recipe.json'));
    return makePreprocessor(
      {
        extractor: extractorDescription(features.extractor, platform.placeOf),
        foreground: foregroundDescription(features, platform.placeOf),
        positionScale: config.position_scale,
      },
      weightsOf,
    );
  }
  if (given !== undefined) return makePreprocessor({ positionScale: config.position_scale, ...given }, weightsOf);
  throw new KaleidoError({
    source: 'pipeline',
    problem: `${files.name} does not say how photographs become features: cannot read ${preprocessorFile}, and there is no recipe.json`,
    found: files.whyAbsent(preprocessorFile),
    advice: 'copy the file too, or pass preprocessor: { extractor: { kind: ... } } as the model was trained with',
  });
}

/** Only `features` is read: the rest of an old recipe may have any format. */
const recipeSchema = z.object({ features: recipeFeaturesSchema });

function parseRecipeFeatures(values: unknown, name: string): z.infer<typeof recipeSchema> {
  const parsed = recipeSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new KaleidoError({
    source: 'pipeline',
    problem: `${name} is wrong at "${issue?.path.join('.')}": ${issue?.message}`,
    advice: `copy it again, or write ${preprocessorFile} beside it`,
  });
}

/** Looks for weights in this order: given weights, the folder, the recipe's path, the packages. */
export function findWeights(files: FolderFiles | undefined, platform: Platform, given: NetworkWeights): WeightsOf {
  return async (network, place) => {
    const own = given[network];
    if (own !== undefined) return own instanceof Uint8Array ? own : platform.readBytes(own);
    const file = network === 'u2net' ? 'u2net.onnx' : `${network}.safetensors`;
    const found = await files?.open(file);
    if (found !== undefined)
      try {
        return await found.read(0, found.size);
      } finally {
        await found.close();
      }
    const path = place ?? packagedWeights[network];
    if (path !== undefined) return platform.readBytes(path);
    throw new KaleidoError({
      source: 'pipeline',
      problem: `the model's features need the weights of ${network}, which do not come with a package`,
      advice: `pass them, weights: { "${network}": path or bytes }, or put them into the folder as ${file}`,
    });
  };
}

function assertFits(files: FolderFiles, { preprocessor }: OpenedPreprocessor, config: KaleidoBertConfig): void {
  const refuse = (problem: string, found: unknown): KaleidoError =>
    new KaleidoError({
      source: 'pipeline',
      problem: `the preprocessing of ${files.name} does not fit its model: ${problem}`,
      found,
      advice: 'use the files that were saved with the model',
    });
  if (preprocessor.featureWidth !== config.patch_feature_size)
    throw refuse(`a patch must have ${config.patch_feature_size} features`, preprocessor.featureWidth);
  if (preprocessor.positionScale !== config.position_scale)
    throw refuse(`positions must be on the scale "${config.position_scale}"`, preprocessor.positionScale);
}

function noEffect(option: string, file: string): KaleidoError {
  return new KaleidoError({
    source: 'pipeline',
    problem: `the option ${option} would have no effect: the folder has its own`,
    found: file,
    advice: 'leave the option out',
  });
}
