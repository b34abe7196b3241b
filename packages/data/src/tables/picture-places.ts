import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { textOf, type UnusableCell } from '../catalogue-row.ts';
import { findPicture, UnusablePath } from '../image-file.ts';
import { imageMediaType } from '../image-media-type.ts';
import { type ColumnSample, plain } from '../mapping/guess-mapping.ts';
import { isLeftByOtherPrograms } from '../shard-files.ts';
import type { Table } from './table.ts';

/** Usual names of columns with pictures or their paths, the likeliest first; as `plain` writes them. */
const usualNames = [
  'image',
  'images',
  'imagepath',
  'imagefile',
  'imagename',
  'img',
  'filename',
  'filepath',
  'file',
  'path',
  'photo',
  'picture',
  'jpg',
  'inputimage',
  'imageurl',
  'imagesrc',
  'imagelink',
  'url',
  'link',
];
const extensions = ['', '.jpg', '.jpeg', '.png', '.webp', '.JPG'];
const mostFolders = 20;
const [triedFirst, triedThen] = [5, 40];

/**
 * Finds out where the pictures of a table's rows are: a column with their bytes or paths, or a pattern such as
 * `images/{id}.jpg` that leads to files which are there.
 * @returns undefined if no column has a usual name or leads to a file
 */
export async function findPictures(
  table: Table,
  root: string,
  sample: ColumnSample,
): Promise<{ readonly image: string; readonly reason: string } | undefined> {
  const order = (column: string): number => {
    const at = usualNames.indexOf(plain(column));
    return at < 0 ? usualNames.length : at;
  };
  const columns = [...table.columns].sort((a, b) => order(a) - order(b));
  const withBytes = columns.find((column) =>
    sample.some((row) => {
      const value = row.get(column);
      return value instanceof Uint8Array && imageMediaType(value).startsWith('image/');
    }),
  );
  if (withBytes !== undefined) return { image: withBytes, reason: 'it holds the bytes of pictures' };

  const folders = ['', ...(await foldersIn(table.folder))];
  for (const column of columns) {
    const values = sample.map((row) => textOf(row.get(column))).filter((value) => isName(value));
    const found = await bestPattern(values.slice(0, triedThen), column, folders, table.folder, root);
    if (found !== undefined) return found;
  }
  const [named] = columns;
  if (named === undefined || order(named) === usualNames.length) return undefined;
  return { image: named, reason: 'by its name; none of the first pictures is in the data folder' };
}

function isName(value: string | undefined | UnusableCell): value is string {
  return typeof value === 'string' && value.length < 300 && !/[\n{}]/.test(value);
}

async function bestPattern(
  values: readonly string[],
  column: string,
  folders: readonly string[],
  base: string,
  root: string,
): Promise<{ readonly image: string; readonly reason: string } | undefined> {
  const hits = async (tried: readonly string[], before: string, after: string): Promise<number> => {
    const found = await Promise.all(tried.map((value) => findPicture(`${before}${value}${after}`, base, root)));
    return found.filter((file) => !(file instanceof UnusablePath)).length;
  };
  for (const folder of folders)
    for (const after of extensions) {
      const before = folder === '' ? '' : `${folder}/`;
      if ((await hits(values.slice(0, triedFirst), before, after)) === 0) continue;
      const count = await hits(values, before, after);
      const image = before === '' && after === '' ? column : `${before}{${column}}${after}`;
      return { image, reason: `leads to files that are there, ${count} of ${values.length} tried` };
    }
  return undefined;
}

/** The folders in a folder and in these, relative to it. */
async function foldersIn(folder: string): Promise<string[]> {
  const inside = async (path: string): Promise<string[]> => {
    const entries = await readdir(join(folder, path), { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isDirectory() && !isLeftByOtherPrograms(entry.name))
      .map(({ name }) => (path === '' ? name : `${path}/${name}`))
      .sort();
  };
  const first = (await inside('')).slice(0, mostFolders);
  const second = await Promise.all(first.map(inside));
  return [...first, ...second.flat()].slice(0, mostFolders);
}
