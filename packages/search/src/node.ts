import { KaleidoError } from '@kaleido/foundation';
import { changesOnDisk, type FileChanges, IndexFolder } from './index-folder.ts';
import { type Manifest, readManifest, type VectorPrecision } from './manifest.ts';
import { modelIdentity } from './model-identity.ts';
import { loadFor, type OpenIndexOptions } from './search-index.ts';
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
 * Opens an index, for searching and for changing it.
 * @param path its folder
 * @throws KaleidoError for a folder without an index, one of another model, and damaged files
 */
export async function openIndex(path: string, options: OpenIndexOptions = {}): Promise<WritableIndex> {
  return openIn(new IndexFolder(path, changesOnDisk), options);
}

/**
 * Opens an index that exists, or makes an empty one.
 * @throws KaleidoError for an index of another model or with other settings, and where the folder cannot be written to
 */
export async function createIndex(path: string, options: CreateIndexOptions): Promise<WritableIndex> {
  return createIn(path, options, changesOnDisk);
}

/** Implements `createIndex`; tests give changes that fail. */
export async function createIn(
  path: string,
  { precision = 'float32', features = false, ...options }: CreateIndexOptions,
  changes: FileChanges,
): Promise<WritableIndex> {
  const folder = new IndexFolder(path, changes);
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
