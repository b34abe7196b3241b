import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Prediction } from '@kaleido/fine-tuning';
import { folderAtUrl, folderOfPickedFiles, KaleidoError, webUrl } from '@kaleido/foundation';
import { folderOnDisk, localPath, pathFromUser, writeWhole } from '@kaleido/foundation/node';
import { decodeImage } from '@kaleido/kaleido-patches/node';
import { loadModelFiles, modelFromWeights, readModelConfig, readWeights } from '@kaleido/model';
import {
  initialiseFromBert,
  isTensorflowCheckpoint,
  loadBertFolder,
  loadReleasedCheckpoint,
} from '@kaleido/model/node';
import { openTokenizer } from '@kaleido/tokenizer/node';
import { type Beginning, type CreateKaleidoOptions, createFrom } from './create-kaleido.ts';
import type { Kaleido } from './kaleido.ts';
import type { ModelParts } from './model-files.ts';
import { findWeights, type OpenKaleidoOptions, openFiles, type StoredModel } from './open-kaleido.ts';
import type { Platform } from './platform.ts';
import { makePreprocessor, type Preprocessor, type PreprocessorOptions } from './preprocessor.ts';
import { readUrl } from './read-url.ts';
import { saveWithHead } from './save-model-folder.ts';

const inNode: Platform = {
  decodeImage,
  async readBytes(place) {
    const url = webUrl(place);
    if (url !== undefined) return readUrl(url);
    const path = localPath(place);
    return readFile(path).catch((cause: NodeJS.ErrnoException) => {
      throw new KaleidoError({
        source: 'pipeline',
        problem: `cannot read ${path}`,
        found: cause.code ?? cause.message,
        advice: 'check the path',
        cause,
      });
    });
  },
  folder: (place) => {
    const url = webUrl(place);
    return url === undefined ? folderOnDisk(localPath(place)) : folderAtUrl(url, 'config.json');
  },
  placeOf: pathFromUser,
  assertWritable(folder) {
    if (webUrl(folder) === undefined) return;
    throw new KaleidoError({
      source: 'pipeline',
      problem: 'a folder behind an URL cannot be written',
      found: folder,
      advice: 'name a folder of this machine',
    });
  },
  write: (folder, file, content) => writeWhole(join(localPath(folder), file), content),
  save: saveKaleido,
};

async function saveKaleido(folder: string, { model, tokenizer, preprocessor, head }: ModelParts): Promise<void> {
  await saveWithHead(
    folder,
    { config: model.config, weights: await readWeights(model), tokenizer, preprocessor },
    (await head?.files()) ?? [],
  );
}

/**
 * Makes the content of `preprocessor.json` from descriptions of extractor and foreground finder: for models from
 * elsewhere, e.g. a released checkpoint or a BERT, before `savePreprocessor`.
 * @param options weights of networks are read from the paths in it, or are those that come with this project
 * @throws KaleidoError for weights that cannot be read
 */
export async function describePreprocessor(options: PreprocessorOptions): Promise<Preprocessor> {
  const { extractor, foreground, preprocessor } = await makePreprocessor(options, findWeights(undefined, inNode, {}));
  extractor.dispose();
  foreground.dispose?.();
  return preprocessor;
}

/**
 * Opens a model folder on the selected backend.
 * @param source its path or URL, the path of a released TensorFlow checkpoint, or the files of the folder
 * @throws KaleidoError for a file that is missing, truncated or not part of a model, and for files that do not match
 */
export async function openKaleido<Result = Prediction>(
  source: string | URL | Iterable<File>,
  options: OpenKaleidoOptions<Result> = {},
): Promise<Kaleido<Result>> {
  const named = typeof source === 'string' || source instanceof URL;
  if (named && webUrl(source) === undefined && (await isTensorflowCheckpoint(localPath(source)))) {
    const path = localPath(source);
    const { config, weights } = await loadReleasedCheckpoint(path);
    const files = folderOnDisk((await isFolder(path)) ? path : dirname(path));
    return openFiles(files, { config, load: async () => modelFromWeights(config, weights) }, inNode, options);
  }
  const files = named ? inNode.folder(source) : folderOfPickedFiles(source, 'config.json');
  const stored: StoredModel = { config: await readModelConfig(files), load: () => loadModelFiles(files) };
  return openFiles(files, stored, inNode, options);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

export interface CreateKaleidoInNodeOptions extends CreateKaleidoOptions {
  /**
   * Folder of a Hugging Face BERT whose words, layers and tokenizer the model starts from, instead of `captions` and
   * `preset`.
   */
  readonly bert?: string;
}

/**
 * A new, untrained model, or one that starts from the words and layers of a BERT.
 * @throws KaleidoError for options that exclude each other, and for a BERT or a photograph that cannot be read
 */
export async function createKaleido(options: CreateKaleidoInNodeOptions): Promise<Kaleido> {
  const { bert, ...others } = options;
  return createFrom(others, inNode, bert === undefined ? undefined : await fromBert(bert, others));
}

async function fromBert(folder: string, options: CreateKaleidoOptions): Promise<Beginning> {
  const useless = (['captions', 'tokenizer', 'vocabularySize', 'preset'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (useless.length > 0)
    throw new KaleidoError({
      source: 'pipeline',
      problem: 'options have no effect beside bert, which decides vocabulary and size',
      found: useless,
      advice: 'leave them out',
    });
  const bert = await loadBertFolder(folder);
  return {
    config: bert.config,
    tokenizer: await openTokenizer(folder),
    weights: (config, drawn) => initialiseFromBert(config, drawn, bert).weights,
  };
}

export * from './common.ts';
export { type ModelFolderContent, saveModelFolder, savePreprocessor } from './save-model-folder.ts';
