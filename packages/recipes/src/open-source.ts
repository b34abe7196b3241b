import { readdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { AtelierOptions } from '@kaleido/data';
import { type DataReading, type OpenDataOptions, openData, openRasterisedAtelier } from '@kaleido/data/node';
import { KaleidoError, publicAddress } from '@kaleido/foundation';
import type { FolderData, MoreData, Recipe } from '@kaleido/recipe-schema';
import type { SourceSplit } from '@kaleido/splits';

/** Where a run's products come from: a source and a split of it, by purpose. */
export interface RunSplits {
  readonly train: SourceSplit;
  /** For measuring recognition and puzzles. */
  readonly heldOut: SourceSplit;
  /** For choosing the combined scorer's weight. */
  readonly retrievalChoice: SourceSplit;
  /** For measuring retrieval. */
  readonly retrieval: SourceSplit;
}

/** @throws KaleidoError where products, or how they are read, are given for a recipe that draws its own */
export function refuseUselessData(
  { name, data }: Pick<Recipe, 'name' | 'data'>,
  folder: string | undefined,
  reading: DataReading = {},
): void {
  if (data.kind === 'folder') return;
  if (folder !== undefined)
    throw new KaleidoError({
      source: 'recipes',
      problem: `the recipe ${name} draws its own products, and does not read the folder of --data`,
      found: publicAddress(folder),
      advice: 'leave out --data, or use a recipe with data.kind "folder", e.g. recipes/kagl-12k.json',
    });
  const [option] = Object.keys(reading);
  if (option === undefined) return;
  throw new KaleidoError({
    source: 'recipes',
    problem: `--${option} has no effect: the recipe ${name} draws its own products, and reads none`,
    advice: 'leave it out',
  });
}

/** @throws KaleidoError where the recipe needs a folder and none is given */
export async function openSplits(
  recipe: Recipe,
  folder: string | undefined,
  options: OpenDataOptions = {},
): Promise<RunSplits> {
  const { data, seed } = recipe;
  switch (data.kind) {
    case 'atelier': {
      const held = data.heldOut + 2 * data.retrieval;
      const all = data.products + held;
      const atelier: AtelierOptions = {
        seed,
        products: all,
        viewsPerProduct: { least: 1, most: 1 },
        imageSize: data.imageSize,
        ...data.collection,
      };
      const widely = { ...atelier, validation: (2 * data.retrieval) / all, test: data.heldOut / all };
      // The same articles in the same splits, before other backgrounds.
      const training =
        data.trainingBackgrounds === undefined ? widely : { ...widely, backgrounds: data.trainingBackgrounds };
      // The same seed and count, so that no article of these two splits is also in `train` of the other atelier.
      const narrow = openRasterisedAtelier({
        ...atelier,
        validation: data.retrieval / all,
        test: data.retrieval / all,
        heldOutSubcategories: data.retrievalSubcategories,
      });
      return {
        train: { source: openRasterisedAtelier(training), split: 'train' },
        heldOut: { source: openRasterisedAtelier(widely), split: 'test' },
        retrievalChoice: { source: narrow, split: 'validation' },
        retrieval: { source: narrow, split: 'test' },
      };
    }
    case 'folder': {
      if (folder === undefined)
        throw new KaleidoError({
          source: 'recipes',
          problem: `the recipe ${recipe.name} trains on a folder of products, and none was given`,
          advice:
            'pass --data DIR with Parquet, WebDataset, CSV, JSONL or HDF5 files, or with photographs; or an https address of files',
        });
      const source = await openData(folder, { ...labelColumns(recipe), ...options });
      options.onWarning?.(source.taken);
      const train = { source, split: data.train };
      const validation = { source, split: validationSplit(recipe, data, source.splits) };
      return { train, heldOut: validation, retrievalChoice: validation, retrieval: validation };
    }
    default:
      return data satisfies never;
  }
}

/** The columns whose values are labels because the recipe names them. */
export function labelColumns({ fineTuning }: Pick<Recipe, 'fineTuning'>): Pick<OpenDataOptions, 'labels'> {
  return fineTuning === undefined ? {} : { labels: fineTuning.fields };
}

/** Where sizes are chosen by the data, `test` serves for a validation split that it does not have. */
function validationSplit({ sizes }: Recipe, { validation }: FolderData, splits: readonly string[]): string {
  return sizes === 'by-data' && !splits.includes(validation) && splits.includes('test') ? 'test' : validation;
}

/**
 * The products of `data.more`; undefined if their folder does not exist: users' own products need no second folder.
 * @param options of what says how `data` is read only `clean` goes for these too: columns, splits and encodings are of
 *   its files
 * @throws KaleidoError if the folder exists and cannot be read
 */
export async function openMore(
  more: MoreData,
  data: string,
  options: OpenDataOptions = {},
): Promise<SourceSplit | undefined> {
  const path = await morePath(more, data);
  const names = await readdir(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new KaleidoError({
      source: 'recipes',
      problem: `cannot read ${path}, where the recipe's data.more.folder leads`,
      found: cause.code ?? cause.message,
      advice: 'put a folder of products there, or take data.more out of the recipe',
      cause,
    });
  });
  return names && { source: await openData(path, options), split: more.split };
}

/** Path of the products of `data.more`: relative to the data folder, or to the folder of a data file. */
export async function morePath({ folder }: MoreData, data: string): Promise<string> {
  const isFile = await stat(data).then(
    (found) => found.isFile(),
    () => false,
  );
  return resolve(isFile ? dirname(data) : data, folder);
}
