import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { type DataFile, localFile } from './data-file.ts';
import { isHdf5 } from './fashion-gen/hdf5-columns.ts';
import { folderContents, holdsArchives, someNames } from './folder-contents.ts';
import { splitOfName } from './mapping/split-names.ts';
import { lookForParquet } from './parquet-splits.ts';
import { isLeftByOtherPrograms } from './shard-files.ts';
import { isPicture } from './tables/picture-folder-table.ts';
import { firstBytes } from './tables/text-encoding.ts';
import { parseWebDatasetShardName } from './webdataset-shards.ts';

/** The forms in which products come. Those with `shards` have the usual names of shards, and are of a whole folder. */
export type DataForm =
  | 'parquet shards'
  | 'parquet'
  | 'fashion-gen'
  | 'webdataset shards'
  | 'webdataset'
  | 'csv'
  | 'jsonl'
  | 'pictures';

export interface RecognisedData {
  readonly form: DataForm;
  /** The folder that holds everything; pictures outside it are never read. */
  readonly root: string;
  /** The files with the products; for `pictures`, the folder. */
  readonly files: readonly string[];
  /** What showed the form, e.g. `products.csv is there`. */
  readonly why: string;
  /** Data files beside them, which are not read. */
  readonly others: readonly string[];
  /** Of data behind addresses: its files, by their names in `files`. */
  readonly remote?: ReadonlyMap<string, DataFile>;
}

const csvNames = /\.(?:csv|tsv|tab)$/i;
const jsonlNames = /\.(?:jsonl|ndjson)$/i;
const tarNames = /\.(?:tar|tgz|tar\.gz)$/i;
const hdf5Names = /\.(?:h5|hdf5)$/i;
const parquetNames = /\.parquet$/i;
/** Folders of photographs may be this deep. */
const deepest = 4;
const mostFoldersLookedInto = 20;

/**
 * Finds out what is at a path: a file by its extension or first bytes, a folder by its files. Of several kinds the first
 * of these is taken: Parquet, Fashion-Gen's HDF5, WebDataset, CSV, JSONL, photographs. A Parquet file with the name of a
 * tar file beside it, `00000.parquet` and `00000.tar`, is img2dataset's list of that shard, and is not taken.
 * @throws KaleidoError for a missing path, and for one without anything that is read, with what is there
 */
export async function recogniseData(path: string): Promise<RecognisedData> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new KaleidoError({
      source: 'data',
      problem: `cannot read ${path}`,
      found: cause.code ?? cause.message,
      advice: 'pass --data with a file or folder that exists',
      cause,
    });
  });
  return found.isDirectory() ? ((await recogniseFolder(path)) ?? (await refuseFolder(path))) : recogniseFile(path);
}

async function recogniseFile(path: string): Promise<RecognisedData> {
  const head = await firstBytes(localFile(path), 512);
  const form = formOfFile(path, head);
  if (form === undefined)
    throw new KaleidoError({
      source: 'data',
      problem: `${path} is not a kind of file that products are read from`,
      found: extname(path) || 'no extension',
      advice: 'give a CSV, TSV, JSONL, Parquet, tar or HDF5 file, or the folder it is in',
    });
  return { form: form.form, root: dirname(path), files: [path], why: form.why, others: [] };
}

export function formOfFile(
  path: string,
  head: Uint8Array,
): { readonly form: DataForm; readonly why: string } | undefined {
  const text = new TextDecoder('latin1').decode(head.subarray(0, 4));
  if (text === 'PAR1') return { form: 'parquet', why: 'it begins as Parquet files do' };
  if (isHdf5(head)) return { form: 'fashion-gen', why: 'it begins as HDF5 files do' };
  const byName: readonly (readonly [RegExp, DataForm])[] = [
    [parquetNames, 'parquet'],
    [hdf5Names, 'fashion-gen'],
    [tarNames, 'webdataset'],
    [csvNames, 'csv'],
    [jsonlNames, 'jsonl'],
  ];
  const form = byName.find(([names]) => names.test(path))?.[1];
  return form && { form, why: `its name ends in ${extname(path)}` };
}

/** Undefined if nothing is there that is read. */
async function recogniseFolder(folder: string): Promise<RecognisedData | undefined> {
  const entries = await entriesOf(folder);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const kinds = dataFiles(entries);
  const taken = (form: DataForm, files: readonly string[], why?: string): RecognisedData => ({
    form,
    root: folder,
    files: files.map((name) => join(folder, name)),
    why: why ?? `${someNames(files)} ${files.length === 1 ? 'is' : 'are'} there`,
    others: Object.values(kinds)
      .flat()
      .filter((name) => !files.includes(name)),
  });
  const { parquet, hdf5, tars, csv, jsonl } = kinds;
  const stems = new Set(tars.map((name) => name.replace(tarNames, '')));
  const lists = parquet.filter((name) => stems.has(name.replace(parquetNames, '')));
  if (lists.length === 0 || lists.length < parquet.length) {
    const shards = [...(await lookForParquet(folder)).shards.values()].flat();
    if (shards.length > 0) {
      const names = shards.map((path) => path.slice(folder.length + 1));
      return taken('parquet shards', names, 'Parquet shards with the usual names are there');
    }
    if (parquet.length > 0) return taken('parquet', parquet);
  }
  if (hdf5.length > 0) return taken('fashion-gen', hdf5);
  if (tars.some((name) => parseWebDatasetShardName(name)?.index !== undefined)) return taken('webdataset shards', tars);
  if (tars.length > 0) return taken('webdataset', tars);
  if (csv.length > 0) return taken('csv', csv);
  if (jsonl.length > 0) return taken('jsonl', jsonl);
  const [inner, ...more] = folders;
  const hasLoosePictures = entries.some(isPicture);
  // Archives often unpack into a folder in a folder. Photographs in one folder are of one class.
  if (inner !== undefined && more.length === 0 && !hasLoosePictures) {
    const found = await recogniseFolder(join(folder, inner));
    if (found !== undefined && (found.form !== 'pictures' || (await areSplits(found.root)))) return found;
  }
  if (!(await holdsPictures(folder, entries, 0))) return undefined;
  const tables = await Promise.all(folders.slice(0, mostFoldersLookedInto).map((name) => filesIn(folder, name)));
  return {
    form: 'pictures',
    root: folder,
    files: [folder],
    why: 'photographs and no table are there',
    others: tables.flat(),
  };
}

/** Without those that other programs leave, in the order of their names. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new KaleidoError({
      source: 'data',
      problem: `cannot read the data folder ${folder}`,
      found: cause.code ?? cause.message,
      advice: 'check its permissions',
      cause,
    });
  });
  return entries.filter(({ name }) => !isLeftByOtherPrograms(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function dataFiles(
  entries: readonly Dirent[],
): Readonly<Record<'parquet' | 'hdf5' | 'tars' | 'csv' | 'jsonl', readonly string[]>> {
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const matching = (pattern: RegExp): string[] => names.filter((name) => pattern.test(name));
  return {
    parquet: matching(parquetNames),
    hdf5: matching(hdf5Names),
    tars: matching(tarNames),
    csv: matching(csvNames),
    jsonl: matching(jsonlNames),
  };
}

/** The files of products in a folder that is taken for a class of photographs. */
async function filesIn(folder: string, name: string): Promise<string[]> {
  const entries = await entriesOf(join(folder, name)).catch(() => []);
  return Object.values(dataFiles(entries))
    .flat()
    .map((file) => `${name}/${file}`);
}

/** Whether the folders in a folder are splits: `train` and `val`. */
async function areSplits(folder: string): Promise<boolean> {
  const folders = (await entriesOf(folder)).filter((entry) => entry.isDirectory());
  return folders.length > 1 && folders.every(({ name }) => splitOfName(name) !== undefined);
}

async function holdsPictures(folder: string, entries: readonly Dirent[], depth: number): Promise<boolean> {
  if (entries.some(isPicture)) return true;
  if (depth === deepest) return false;
  for (const entry of entries.filter((one) => one.isDirectory() && !isLeftByOtherPrograms(one.name))) {
    const path = join(folder, entry.name);
    if (await holdsPictures(path, await readdir(path, { withFileTypes: true }).catch(() => []), depth + 1)) return true;
  }
  return false;
}

async function refuseFolder(folder: string): Promise<never> {
  const entries = await entriesOf(folder);
  throw new KaleidoError({
    source: 'data',
    problem: `${folder} holds no products in a form that is known`,
    found: folderContents(entries),
    advice: await adviceFor(folder, entries),
  });
}

async function adviceFor(folder: string, entries: readonly Dirent[]): Promise<string> {
  for (const entry of entries.filter((one) => one.isDirectory()).slice(0, mostFoldersLookedInto)) {
    const path = join(folder, entry.name);
    const found = await recogniseFolder(path).catch(() => undefined);
    if (found !== undefined) return `give one of its folders: ${found.root}`;
  }
  const forms =
    "Parquet, Fashion-Gen's HDF5, WebDataset tars, CSV or JSONL with photographs, or photographs with texts beside them or in a folder for each class";
  return holdsArchives(entries)
    ? `these archives are not read: unpack them; what is read is ${forms}`
    : `give ${forms}`;
}
