import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { type DataFile, localFile } from './data-file.ts';
import { isHdf5 } from './fashion-gen/hdf5-columns.ts';
import { lookForParquet } from './parquet-splits.ts';
import { isLeftByOtherPrograms } from './shard-files.ts';
import { firstBytes } from './tables/text-encoding.ts';
import { imageExtensions } from './webdataset-index.ts';
import { parseWebDatasetShardName } from './webdataset-shards.ts';

/** The forms in which products come. */
export type DataForm = 'shards' | 'parquet' | 'webdataset' | 'fashion-gen' | 'csv' | 'jsonl' | 'pictures';

export interface RecognisedData {
  readonly form: DataForm;
  /** The folder that holds everything; pictures outside it are never read. */
  readonly root: string;
  /** The files with the products; for `pictures` and `shards`, the folder. */
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

/**
 * Finds out what is at a path: a file by its extension or first bytes, a folder by its files. Of several kinds the first
 * of these is taken: Parquet, Fashion-Gen's HDF5, WebDataset, CSV, JSONL, photographs.
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
  return found.isDirectory() ? recogniseFolder(path) : recogniseFile(path);
}

async function recogniseFile(path: string): Promise<RecognisedData> {
  const head = await firstBytes(localFile(path), 512);
  const root = join(path, '..');
  const form = formOfFile(path, head);
  if (form === undefined)
    throw new KaleidoError({
      source: 'data',
      problem: `${path} is no file of products that is known`,
      found: extname(path) || 'no extension',
      advice: 'give a CSV, TSV, JSONL, Parquet, tar or HDF5 file, or the folder it is in',
    });
  return { form: form.form, root, files: [path], why: form.why, others: [] };
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

async function recogniseFolder(folder: string): Promise<RecognisedData> {
  const entries = (await readdir(folder, { withFileTypes: true }))
    .filter(({ name }) => !isLeftByOtherPrograms(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const matching = (pattern: RegExp): string[] => names.filter((name) => pattern.test(name));
  const all = [parquetNames, hdf5Names, tarNames, csvNames, jsonlNames].map(matching);
  const taken = (form: DataForm, files: readonly string[], why?: string): RecognisedData => ({
    form,
    root: folder,
    files: files.map((name) => join(folder, name)),
    why: why ?? `${some(files)} ${files.length === 1 ? 'is' : 'are'} there`,
    others: all.flat().filter((name) => !files.includes(name)),
  });
  const [parquet = [], hdf5 = [], tars = [], csv = [], jsonl = []] = all;
  // Shards with the usual names are read as they always were.
  const hasTarShards = tars.some((name) => parseWebDatasetShardName(name)?.index !== undefined);
  const strict = await lookForParquet(folder).catch((error: unknown) => {
    if (!KaleidoError.isInstance(error)) throw error;
    return undefined;
  });
  const isNumbered = parquet.some((name) => /-\d+-of-\d+.*\.parquet$/i.test(name));
  if (strict === undefined || strict.shards.size > 0) {
    const first = [...(strict?.shards.values() ?? [])].flat();
    if (isNumbered || !hasTarShards)
      return {
        form: 'shards',
        root: folder,
        files: first,
        why: 'Parquet shards with the usual names are there',
        others: [],
      };
  }
  if (hasTarShards && (parquet.length === 0 || !isNumbered))
    return {
      form: 'shards',
      root: folder,
      files: [],
      why: `${some(tars)} ${tars.length === 1 ? 'is' : 'are'} there`,
      others: [],
    };
  if (parquet.length > 0) return taken('parquet', parquet);
  if (hdf5.length > 0) return taken('fashion-gen', hdf5);
  if (tars.length > 0) return taken('webdataset', tars);
  if (csv.length > 0) return taken('csv', csv);
  if (jsonl.length > 0) return taken('jsonl', jsonl);
  if (await holdsPictures(folder, entries, 0))
    return { form: 'pictures', root: folder, files: [folder], why: 'photographs and no table are there', others: [] };
  const [inner, ...more] = entries.filter((entry) => entry.isDirectory());
  // Archives often unpack into a folder in a folder.
  if (inner !== undefined && more.length === 0 && names.length === 0) return recogniseFolder(join(folder, inner.name));
  return { form: 'shards', root: folder, files: [], why: 'nothing else is there', others: [] };
}

async function holdsPictures(folder: string, entries: readonly Dirent[], depth: number): Promise<boolean> {
  if (entries.some((entry) => !entry.isDirectory() && imageExtensions.has(extname(entry.name).slice(1).toLowerCase())))
    return true;
  if (depth === deepest) return false;
  for (const entry of entries.filter((one) => one.isDirectory() && !isLeftByOtherPrograms(one.name))) {
    const path = join(folder, entry.name);
    if (await holdsPictures(path, await readdir(path, { withFileTypes: true }).catch(() => []), depth + 1)) return true;
  }
  return false;
}

function some(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
