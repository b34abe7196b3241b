import { KaleidoError } from '@kaleido/foundation';
import { parquetSchema, type SchemaTree } from 'hyparquet';
import { textOf } from '../catalogue-row.ts';
import type { DataFile } from '../data-file.ts';
import { cellText, idText } from '../parquet-cell.ts';
import { imageReader } from '../parquet-columns.ts';
import { openParquetFile, type ParquetFile } from '../parquet-file.ts';
import { isSingle, valueType } from '../parquet-type.ts';
import type { Table, TableRow } from './table.ts';

/**
 * A Parquet file with any columns. Columns of a plain type are text; structs of `bytes` and `path`, lists of 8-bit
 * integers and binary columns with the bytes of files are pictures; other columns are not read. Memory holds one row
 * group, or a part of one.
 * @throws KaleidoError for a file that is truncated or not Parquet, and for two columns of one name
 */
export async function openParquetTable(file: DataFile): Promise<Table> {
  return openParquetFile(file, tableOf);
}

function tableOf(file: ParquetFile): Table {
  const { path, name, folder, pictures, metadata } = file;
  const trees = parquetSchema(metadata).children;
  const names = trees.map(({ element }) => element.name);
  const twice = names.find((column, index) => names.indexOf(column) < index);
  if (twice !== undefined)
    throw new KaleidoError({
      source: 'data',
      problem: `${path} has more than one column "${twice}"`,
      found: names,
      advice: 'rename or remove all but one',
    });
  const readers = new Map<string, (stored: unknown) => unknown>();
  for (const tree of trees) {
    const read = readerOf(tree);
    if (read !== undefined) readers.set(tree.element.name, read);
  }
  const select = (columns: readonly string[]): Table => {
    const read = columns.filter((column) => readers.has(column));
    // Checked before any row is read.
    const parts = file.parts(read);
    return {
      path,
      name,
      folder,
      ...(pictures === undefined ? {} : { pictures }),
      columns: read,
      rowCount: parts.reduce((sum, { rowStart, rowEnd }) => sum + rowEnd - rowStart, 0),
      select,
      async *rows(): AsyncGenerator<TableRow> {
        for (const part of parts)
          for (const [index, row] of (await file.readRows(part, read)).entries()) {
            const values = new Map(read.map((column) => [column, readers.get(column)?.(row[column])]));
            yield { place: `row ${part.rowStart + index} of ${name}`, number: part.rowStart + index + 1, values };
          }
      },
    };
  };
  return select([...readers.keys()]);
}

/** How to read the cells of a column; undefined if its type is not read. */
function readerOf(tree: SchemaTree): ((stored: unknown) => unknown) | undefined {
  if (isSingle(tree)) {
    const type = valueType(tree.element);
    if (type.kind === 'other') return undefined;
    if (type.kind === 'binary') return (stored) => stored ?? undefined;
    if (type.kind === 'string') return textOf;
    const isFloat = type.kind === 'float' || type.kind === 'double' || type.kind === 'float16';
    return (stored) => (isFloat ? idText : cellText)(type, stored);
  }
  const image = imageReader(tree);
  if (image === undefined) return undefined;
  return (stored) => {
    const cell = image.readImage(stored);
    return cell !== undefined && 'path' in cell ? cell.path : cell;
  };
}
