import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAddress } from '@kaleido/foundation';
import { textOf, type UnusableCell } from '../catalogue-row.ts';
import { findPicture, UnusablePath } from '../image-file.ts';
import { imageMediaType } from '../image-media-type.ts';
import { type ColumnSample, plain } from '../mapping/guess-mapping.ts';
import type { PictureAddresses } from '../remote/picture-addresses.ts';
import { isLeftByOtherPrograms } from '../shard-files.ts';
import { imageExtensions } from '../webdataset-index.ts';
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

/** Where pictures may be, and how that is tried. */
interface Places {
  /** Relative to the table, with `''` for its own folder. */
  readonly folders: readonly string[];
  /** What a path may lack at its end. */
  extensions(value: string): readonly string[];
  isThere(path: string): Promise<boolean>;
  readonly mostColumns: number;
  /** Rows that are tried with every pattern, and with one that leads to a picture. */
  readonly triedFirst: number;
  readonly triedThen: number;
}

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

  const places = table.pictures === undefined ? await placesOnDisk(table.folder, root) : placesBehind(table.pictures);
  for (const column of columns.slice(0, places.mostColumns)) {
    const values = sample.map((row) => textOf(row.get(column))).filter((value) => isName(value));
    const found = await bestPattern(values, column, places);
    if (found !== undefined) return found;
  }
  const [named] = columns;
  if (named === undefined || order(named) === usualNames.length) return undefined;
  return {
    image: named,
    reason: sample.length === 0 ? 'by its name' : 'by its name; none of the first pictures is in the data folder',
  };
}

function isName(value: string | undefined | UnusableCell): value is string {
  return typeof value === 'string' && value.length < 300 && !/[\n{}]/.test(value);
}

async function bestPattern(
  values: readonly string[],
  column: string,
  { folders, extensions: endings, isThere, triedFirst, triedThen }: Places,
): Promise<{ readonly image: string; readonly reason: string } | undefined> {
  const [first = ''] = values;
  const tried = values.slice(0, triedThen);
  const hits = async (some: readonly string[], before: string, after: string): Promise<number> => {
    const found = await Promise.all(some.map((value) => isThere(`${before}${value}${after}`)));
    return found.filter((is) => is).length;
  };
  for (const folder of folders)
    for (const after of endings(first)) {
      const before = folder === '' ? '' : `${folder}/`;
      if ((await hits(values.slice(0, triedFirst), before, after)) === 0) continue;
      const count = await hits(tried, before, after);
      const image = before === '' && after === '' ? column : `${before}{${column}}${after}`;
      return { image, reason: `leads to files that are there, ${count} of ${tried.length} tried` };
    }
  return undefined;
}

async function placesOnDisk(folder: string, root: string): Promise<Places> {
  return {
    folders: ['', ...(await foldersIn(folder))],
    extensions: () => extensions,
    isThere: async (path) => !((await findPicture(path, folder, root)) instanceof UnusablePath),
    mostColumns: Number.POSITIVE_INFINITY,
    triedFirst: 5,
    triedThen: 40,
  };
}

/** Folders cannot be listed there, and each try is a request: fewer are made, 88 at most, and none for other hosts. */
function placesBehind(pictures: PictureAddresses): Places {
  return {
    folders: ['', 'images', 'image', 'img', 'photos', 'pictures'],
    extensions: (value) => (isPictureName(value) || isAddress(value) ? [''] : ['.jpg', '.png']),
    isThere: async (path) => !((await pictures.read(path)) instanceof UnusablePath),
    mostColumns: 7,
    triedFirst: 1,
    triedThen: 5,
  };
}

function isPictureName(path: string): boolean {
  return imageExtensions.has(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
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
