import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { KaleidoError, otherEncoding } from '@kaleido/foundation';
import { UnusableCell } from '../catalogue-row.ts';
import { isLeftByOtherPrograms } from '../shard-files.ts';
import { imageExtensions } from '../webdataset-index.ts';
import { objectOf } from './json-lines-table.ts';
import type { Table, TableRow } from './table.ts';

const fileColumn = 'file';
const textExtensions = ['txt', 'text', 'caption'];
/** The photographs whose sidecar files tell the columns. */
const sampled = 200;
const largestText = 2 ** 24;
const deepest = 16;

/**
 * A folder of photographs, also in folders inside, as a table. A photograph `a/7.jpg` may have its text in `a/7.txt`
 * and its fields in `a/7.json`. If none has, the names of folders are classes: `dresses/7.jpg` has the class and the
 * caption "dresses", and `women/dresses/7.jpg` the category "women" and the sub-category "dresses".
 *
 * Columns are `file` (the path), `text` or `caption`, `class` or `category` and `subcategory`, and the keys of the JSON
 * files, of which `file` becomes `json.file`. Memory holds the names in one folder.
 * @throws KaleidoError for a folder without photographs, and one of photographs without folders or texts
 */
export async function openPictureFolderTable(path: string, root: string = path): Promise<Table> {
  const columns = new Set<string>([fileColumn]);
  let [seen, texts, folders] = [0, 0, 0];
  for await (const { parts, text, fields } of photographs(path, '')) {
    if (text !== undefined) texts++;
    for (const key of fields instanceof Map ? fields.keys() : []) columns.add(columnOf(key));
    folders = Math.max(folders, parts.length);
    if (++seen === sampled) break;
  }
  if (seen === 0)
    throw new KaleidoError({
      source: 'data',
      problem: `${path} holds no photographs`,
      advice: 'give a folder with JPEG, PNG or WebP files',
    });
  const ownKeys = new Set(columns);
  const hasTexts = texts > 0 || ownKeys.size > 1;
  if (!hasTexts && folders === 0)
    throw new KaleidoError({
      source: 'data',
      problem: `${path} holds photographs without any text`,
      advice:
        'put a text beside each (7.jpg and 7.txt), a CSV with their paths, or the photographs of a class into a folder of its name',
    });
  if (texts > 0) columns.add('text');
  for (const name of folderColumns(folders)) columns.add(name);
  if (!hasTexts) columns.add('caption');
  const inRoot = path === root ? '' : `${path.slice(root.length + 1)}/`;
  return {
    path,
    name: basename(path),
    folder: root,
    columns: [...columns],
    async *rows(): AsyncGenerator<TableRow> {
      let number = 0;
      for await (const { file, parts, text, fields } of photographs(path, '')) {
        const values = new Map<string, unknown>([[fileColumn, `${inRoot}${file}`]]);
        if (texts > 0) values.set('text', text);
        if (folders > 0) {
          const [fine, coarse] = [parts.at(-1), parts.at(-2)];
          if (folders === 1) values.set('class', fine);
          else {
            values.set('category', coarse ?? fine);
            values.set('subcategory', fine);
          }
          if (!hasTexts) values.set('caption', fine?.replaceAll(/[_-]+/g, ' '));
        }
        if (fields instanceof Map) for (const [key, value] of fields) values.set(columnOf(key), value);
        else if (fields !== undefined)
          for (const key of ownKeys)
            if (key !== fileColumn) values.set(key, new UnusableCell(`is in a JSON file that ${fields}`));
        yield { place: `file ${inRoot}${file}`, number: ++number, values };
      }
    },
  };
}

/** The column of a key in a JSON file: the path of the photograph stays. */
function columnOf(key: string): string {
  return key === fileColumn ? `json.${key}` : key;
}

function folderColumns(depth: number): readonly string[] {
  if (depth === 0) return [];
  return depth === 1 ? ['class'] : ['category', 'subcategory'];
}

interface Photograph {
  /** Relative to the folder. */
  readonly file: string;
  /** The folders that lead to it. */
  readonly parts: readonly string[];
  readonly text?: string | UnusableCell;
  /** Of its JSON file, or what is wrong with that. */
  readonly fields?: ReadonlyMap<string, unknown> | string;
}

/** The photographs of a folder and of those inside, in the order of their names. Symbolic links to folders are not followed. */
async function* photographs(root: string, inside: string): AsyncGenerator<Photograph> {
  const parts = inside === '' ? [] : inside.split('/');
  const entries = (await readdir(join(root, inside), { withFileTypes: true }))
    .filter(({ name }) => !isLeftByOtherPrograms(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = new Set(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name));
  for (const { name } of entries.filter(isPicture)) {
    const stem = name.slice(0, name.lastIndexOf('.'));
    const beside = (extension: string): string | undefined =>
      [`${stem}.${extension}`, `${name}.${extension}`].find((one) => names.has(one));
    const textName = textExtensions.map(beside).find((one) => one !== undefined);
    const jsonName = beside('json');
    const text = textName === undefined ? undefined : await sidecar(join(root, inside, textName));
    const json = jsonName === undefined ? undefined : await sidecar(join(root, inside, jsonName));
    const fields = json instanceof UnusableCell ? json.problem : json === undefined ? undefined : objectOf(json);
    yield {
      file: [...parts, name].join('/'),
      parts,
      ...(text === undefined ? {} : { text }),
      ...(fields === undefined ? {} : { fields }),
    };
  }
  if (parts.length >= deepest) return;
  for (const entry of entries.filter((one) => one.isDirectory()))
    yield* photographs(root, [...parts, entry.name].join('/'));
}

/** Whether an entry of a folder is a picture, by its extension. */
export function isPicture(entry: Dirent): boolean {
  const extension = entry.name.slice(entry.name.lastIndexOf('.') + 1).toLowerCase();
  return !entry.isDirectory() && entry.name.includes('.') && imageExtensions.has(extension);
}

/** A text file as text; never through a symbolic link. */
async function sidecar(path: string): Promise<string | UnusableCell> {
  try {
    const { size, isFile } = await lstat(path).then((found) => ({ size: found.size, isFile: found.isFile() }));
    if (!isFile) return new UnusableCell('is a symbolic link, which is not followed');
    if (size > largestText) return new UnusableCell(`is larger than ${largestText} bytes`);
    const bytes = await readFile(path);
    const encoding = otherEncoding(bytes);
    if (encoding !== undefined) return new UnusableCell(`is not UTF-8: ${encoding}`);
    return new TextDecoder().decode(bytes);
  } catch (error) {
    return new UnusableCell(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? error}`);
  }
}
