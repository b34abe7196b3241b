import { folderAtUrl, folderOfPickedFiles, KaleidoError, webUrl } from '@kaleido/foundation';
import { localPath } from '@kaleido/foundation/node';
import {
  cannotChange,
  changesOnDisk,
  type FileChanges,
  folderToChange,
  folderToRead,
  type IndexFolder,
} from './index-folder.ts';
import { requireManifest } from './load-index.ts';
import { type Manifest, manifestFile, readManifest, type VectorPrecision } from './manifest.ts';
import { modelIdentity } from './model-identity.ts';
import { type IndexDescription, loadFor, type OpenIndexOptions } from './search-index.ts';
import type { SearchModel } from './search-model.ts';
import { WritableIndex } from './writable-index.ts';

export interface CreateIndexOptions extends OpenIndexOptions {
  readonly model: SearchModel;
  /**
   * How vectors are kept. Default `float32`: exact; `int8` takes a quarter of the space, and finds nearly the same
   * (docs/search.md).
   */
  readonly precision?: VectorPrecision;
  /** Keep the photographs' features too, for re-ranking: 110 bytes per feature number and product. Default false. */
  readonly features?: boolean;
}

/**
 * Opens an index: for searching and, on disk, for changing it.
 * @param source the path or URL of its folder, or its files
 * @throws KaleidoError for a folder without an index, one of another model, and texts or vectors that are damaged or cannot be
 *   read
 */
export async function openIndex(
  source: string | URL | Iterable<File>,
  options: OpenIndexOptions = {},
): Promise<WritableIndex> {
  return openIn(folderOf(source), options);
}

/**
 * What an index was made by and of, without reading its products.
 * @throws KaleidoError for a folder without an index
 */
export async function describeIndex(source: string | URL | Iterable<File>): Promise<IndexDescription> {
  return requireManifest(folderOf(source).files);
}

function folderOf(source: string | URL | Iterable<File>): IndexFolder {
  if (typeof source !== 'string' && !(source instanceof URL))
    return folderToRead(folderOfPickedFiles(source, manifestFile));
  const url = webUrl(source);
  return url === undefined
    ? folderToChange(localPath(source), changesOnDisk)
    : folderToRead(folderAtUrl(url, manifestFile));
}

/**
 * Opens an index that exists, or makes an empty one.
 * @param path its folder
 * @throws KaleidoError for an index of another model or with other settings, and where the folder cannot be written to
 */
export async function createIndex(path: string, options: CreateIndexOptions): Promise<WritableIndex> {
  if (webUrl(path) !== undefined) throw cannotChange(path);
  return createIn(path, options, changesOnDisk);
}

/** Implements `createIndex`; tests give changes that fail. */
export async function createIn(
  path: string,
  { precision = 'float32', features = false, ...options }: CreateIndexOptions,
  changes: FileChanges,
): Promise<WritableIndex> {
  const folder = folderToChange(path, changes);
  const lock = await folder.lock();
  try {
    const { model, modelName = 'the given model' } = options;
    const existing = await readManifest(folder.files);
    if (existing === undefined) await folder.commit(await emptyManifest({ model, modelName, precision, features }));
    else if (existing.precision !== precision || existing.features !== features)
      throw new KaleidoError({
        source: 'search',
        problem: `the index ${path} exists with other settings`,
        found: { precision: existing.precision, features: existing.features },
        advice: 'ask for these settings, or take another folder',
      });
  } finally {
    await lock.release();
  }
  return openIn(folder, options);
}

async function openIn(folder: IndexFolder, options: OpenIndexOptions): Promise<WritableIndex> {
  return new WritableIndex(folder, ...(await loadFor(folder.files, options)));
}

async function emptyManifest(
  from: Required<Pick<CreateIndexOptions, 'model' | 'modelName' | 'precision' | 'features'>>,
): Promise<Manifest> {
  const { model, modelName, precision, features } = from;
  const { joint_size, hidden_size } = model.model.config;
  return {
    format: 'kaleido-index',
    version: 1,
    model: await modelIdentity(model, modelName),
    width: joint_size > 0 ? joint_size : hidden_size,
    precision,
    features,
    products: 0,
    segments: [],
    nextSegment: 1,
  };
}

export * from './common.ts';
export { smallPicture } from './small-picture.ts';
export { type AddOptions, type AddReport, type LeftOut, WritableIndex } from './writable-index.ts';
