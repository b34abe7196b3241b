import { decodeText, KaleidoError, otherEncoding } from '@kaleido/foundation';
import { type FileMetaData, parquetSchema, type SchemaTree } from 'hyparquet';
import { labelFields, UnusableCell } from './catalogue-row.ts';
import { type Cell, cellText, idText, yearText } from './parquet-cell.ts';
import { isSingle, listItem, typeName, valueType } from './parquet-type.ts';

/** A picture in a cell: its bytes, or the path of its file; nothing, or what is wrong with it. */
type ImageCell = Uint8Array | { readonly path: string } | undefined | UnusableCell;

/** How to read the columns of a shard from their stored values. */
export interface CatalogueColumns {
  /** Whether a picture may be a path without bytes. */
  readonly hasPaths: boolean;
  readImage(stored: unknown): ImageCell;
  /** By column: `text`, `item_ID`, and the labels that the shard has. */
  readonly readers: ReadonlyMap<string, (stored: unknown) => Cell>;
  /** Label columns of an unusable type, with that type. */
  readonly unusableLabels: ReadonlyMap<string, string>;
}

const imageForms = 'a struct of bytes and path, binary, or a list of 8-bit integers';

/**
 * Checks that a shard has the columns of the KAGL layout in types that can be read.
 * @throws KaleidoError naming the column, what was found, and what is expected
 */
export function checkParquetColumns(path: string, metadata: FileMetaData): CatalogueColumns {
  const all = parquetSchema(metadata).children;
  const columns = new Map(all.map((column) => [column.element.name, column]));
  for (const name of ['image', 'text', 'item_ID', ...labelFields])
    if (all.filter(({ element }) => element.name === name).length > 1)
      throw new KaleidoError({
        source: 'data',
        problem: `${path} has more than one column "${name}"`,
        found: all.map(({ element }) => element.name),
        advice: 'rename or remove all but one',
      });
  const required = (name: string): SchemaTree => {
    const column = columns.get(name);
    if (column === undefined)
      throw new KaleidoError({
        source: 'data',
        problem: `${path} has no column "${name}"`,
        found: [...columns.keys()],
        advice: 'rename or add the column; needed are image, text and item_ID',
      });
    return column;
  };
  const again = 'write the column again in such a type';
  const refuse = (column: SchemaTree, expected: string, advice = again): KaleidoError =>
    new KaleidoError({
      source: 'data',
      problem: `column "${column.element.name}" of ${path} must be ${expected}`,
      found: typeName(column),
      advice,
    });

  const imageColumn = required('image');
  const image = imageReader(imageColumn);
  if (image === undefined) throw refuse(imageColumn, imageForms, `${again}; if it holds paths, add --map image=image`);

  const readers = new Map<string, (stored: unknown) => Cell>();
  const text = required('text');
  const textType = isSingle(text) ? valueType(text.element) : undefined;
  if (textType === undefined || !['string', 'binary', 'json'].includes(textType.kind)) throw refuse(text, 'a string');
  readers.set('text', (stored) => cellText(textType, stored));

  const id = required('item_ID');
  const idType = isSingle(id) ? valueType(id.element) : undefined;
  if (idType === undefined || idType.kind === 'other' || idType.kind === 'boolean')
    throw refuse(id, 'an integer, a string, or another single value that tells products apart');
  readers.set('item_ID', (stored) => idText(idType, stored));

  const unusableLabels = new Map<string, string>();
  for (const name of labelFields) {
    const column = columns.get(name);
    if (column === undefined) continue;
    const type = isSingle(column) ? valueType(column.element) : undefined;
    if (type === undefined || type.kind === 'other') unusableLabels.set(name, typeName(column));
    else readers.set(name, (stored) => (name === 'year' ? yearText : cellText)(type, stored));
  }
  return { ...image, readers, unusableLabels };
}

/** How to read pictures from a column; undefined if its type cannot hold them. */
export function imageReader(column: SchemaTree): Pick<CatalogueColumns, 'hasPaths' | 'readImage'> | undefined {
  const { element, children } = column;
  const ownBytes = element.type !== undefined && valueType(element).kind === 'string' ? undefined : bytesReader(column);
  if (ownBytes !== undefined) return { hasPaths: false, readImage: ownBytes };
  if (element.repetition_type === 'REPEATED') return undefined;
  const bytesColumn = children.find((child) => child.element.name === 'bytes');
  const pathColumn = children.find((child) => child.element.name === 'path');
  const bytesOf = bytesColumn && bytesReader(bytesColumn);
  const pathType = pathColumn && isSingle(pathColumn) ? valueType(pathColumn.element) : undefined;
  const hasPaths = pathType?.kind === 'string' || pathType?.kind === 'binary';
  if (bytesColumn === undefined ? !hasPaths : bytesOf === undefined) return undefined;
  return {
    hasPaths,
    readImage(stored) {
      if (stored === null || stored === undefined) return undefined;
      const { bytes, path } = stored as { readonly bytes?: unknown; readonly path?: unknown };
      const read = bytesOf?.(bytes);
      if (!hasPaths || read !== undefined) return read;
      const text = cellText(pathType, path);
      if (!(text instanceof Uint8Array) || text.length === 0) return undefined;
      const encoding = otherEncoding(text);
      if (encoding !== undefined) return new UnusableCell(`is a path without bytes, which is not UTF-8: ${encoding}`);
      return { path: decodeText(text, { source: 'data', name: 'a path' }) };
    },
  };
}

/** How to read bytes from binary columns and from lists of 8-bit integers, which some writers use. */
function bytesReader(column: SchemaTree): ((stored: unknown) => Uint8Array | undefined | UnusableCell) | undefined {
  if (isSingle(column)) {
    const { kind } = valueType(column.element);
    // Some writers mark every column of bytes as text.
    if (kind !== 'binary' && kind !== 'string') return undefined;
    return (stored) => (stored as Uint8Array | null | undefined) ?? undefined;
  }
  const item = listItem(column);
  if (item === undefined || item.children.length > 0 || valueType(item.element).kind !== 'integer') return undefined;
  return (stored) =>
    stored === null || stored === undefined ? undefined : bytesOfList(stored as ArrayLike<number | bigint | null>);
}

/** Integers from -128 to 255: both signed and unsigned bytes occur. */
function bytesOfList(values: ArrayLike<number | bigint | null>): Uint8Array | UnusableCell {
  const bytes = new Uint8Array(values.length);
  for (let index = 0; index < bytes.length; index++) {
    const value = values[index];
    const number = Number(value);
    if (value === null || !(number >= -128 && number <= 255))
      return new UnusableCell(`is no list of bytes: it has ${value} at ${index}`);
    bytes[index] = number;
  }
  return bytes;
}
