import { KaleidoError } from '@kaleido/foundation';
import { type ColumnChunk, type FileMetaData, parquetSchema, type RowGroup, type SchemaTree } from 'hyparquet';

/** Rows that are read at once, counted from the start of the file. */
export interface RowRange {
  /** The number of their row group. */
  readonly group: number;
  readonly rowStart: number;
  readonly rowEnd: number;
  /** Whether only the pages of these rows are read, with the page index. */
  readonly usesPageIndex: boolean;
}

/** Above this size, a row group with a page index is read in parts: 16 MiB are some hundred photographs. */
const partBytes = 2 ** 24;

/** The most bytes of a row group, or of one column of it. Node's buffers and hyparquet's views end near 2 GiB. */
const largestGroup = 2 ** 31 - 1;

/** The most rows in a group: writers have 1 million by default, and each row is an object here. */
const mostRows = 2 ** 24;

/** While a list is decoded, each number is a JavaScript value with two levels. */
const bytesPerListItem = 32;

/**
 * Plans the reads, so that memory stays bounded: whole row groups, or parts of large ones if the file has a page index.
 * @param names the columns that are read
 * @param size bytes of the file
 * @throws KaleidoError for a footer that does not match the file, and for a row group that is too large, with the
 *   number of the group and its size
 */
export function planParts(path: string, metadata: FileMetaData, names: readonly string[], size: number): RowRange[] {
  const parts: RowRange[] = [];
  const leaves = leavesOf(parquetSchema(metadata));
  let rowStart = 0;
  for (const [index, group] of metadata.row_groups.entries()) {
    const where = `row group ${index} (of ${metadata.row_groups.length}) of ${path}`;
    checkColumns(where, group, leaves);
    const rows = Number(group.num_rows);
    const chunks = group.columns.filter(({ meta_data }) => names.includes(meta_data?.path_in_schema[0] ?? ''));
    checkClaims(where, group, chunks, size);
    const total = chunks.reduce((sum, chunk) => sum + memoryOf(chunk, rows), 0);
    const isIndexed = chunks.every((chunk) => chunk.offset_index_offset && chunk.offset_index_length);
    const count = isIndexed ? Math.min(rows, Math.ceil(total / partBytes)) : 1;
    if (total > largestGroup && count <= 1) throw tooLarge(where, `${total} bytes`);
    if (rows > mostRows) throw tooLarge(where, `${rows} rows`);
    const step = Math.ceil(rows / Math.max(count, 1));
    for (let start = 0; start < rows; start += step)
      parts.push({
        group: index,
        rowStart: rowStart + start,
        rowEnd: rowStart + Math.min(start + step, rows),
        usesPageIndex: count > 1,
      });
    rowStart += rows;
  }
  if (Number(metadata.num_rows) !== rowStart)
    throw damaged(path, `${metadata.num_rows} rows in the file, ${rowStart} in its row groups`);
  return parts;
}

/** The columns with values, in order. */
function leavesOf(column: SchemaTree): SchemaTree[] {
  return column.children.length === 0 ? [column] : column.children.flatMap(leavesOf);
}

/** Checks that a group has the columns of the schema, in its order, as hyparquet assumes. */
function checkColumns(where: string, group: RowGroup, leaves: readonly SchemaTree[]): void {
  if (group.columns.length !== leaves.length)
    throw damaged(where, `${group.columns.length} columns, of ${leaves.length} in the schema`);
  for (const [index, { meta_data: chunk }] of group.columns.entries()) {
    const found = Array.isArray(chunk?.path_in_schema) ? chunk.path_in_schema.join('.') : undefined;
    const { path, element } = leaves[index] as SchemaTree;
    const name = path.join('.');
    if (found !== name) throw damaged(where, `column "${found}" in the place of "${name}"`);
    // hyparquet decodes by the type of the group, and this package reads by that of the schema.
    if (chunk?.type !== element.type) throw damaged(where, `column "${name}" of ${chunk?.type}, not ${element.type}`);
  }
}

function checkClaims(where: string, group: RowGroup, chunks: readonly ColumnChunk[], size: number): void {
  if (typeof group.num_rows !== 'bigint' || group.num_rows < 0n) throw damaged(where, `${group.num_rows} rows`);
  for (const { meta_data: chunk, file_path: otherFile } of chunks) {
    if (chunk === undefined) throw damaged(where, 'a column without its description');
    const name = chunk.path_in_schema.join('.');
    if (otherFile !== undefined) throw damaged(where, `column "${name}" in another file: ${otherFile}`);
    const start = chunk.dictionary_page_offset || chunk.data_page_offset;
    const numbers = [start, chunk.total_compressed_size, chunk.total_uncompressed_size, chunk.num_values];
    if (numbers.some((number) => typeof number !== 'bigint')) throw damaged(where, `column "${name}" without its size`);
    if (start < 0n || chunk.total_compressed_size < 0n || start + chunk.total_compressed_size > BigInt(size))
      throw damaged(
        where,
        `column "${name}" of ${chunk.total_compressed_size} bytes from ${start}, in a file of ${size} bytes`,
      );
    if (chunk.num_values < group.num_rows)
      throw damaged(where, `column "${name}" of ${chunk.num_values} values for ${group.num_rows} rows`);
  }
}

/** The bytes that a column needs while it is read: its stored or its unpacked size, whichever is larger. */
function memoryOf({ meta_data: chunk }: ColumnChunk, rows: number): number {
  if (chunk === undefined) return 0;
  const isList = Number(chunk.num_values) > rows;
  const listBytes = isList ? bytesPerListItem * Number(chunk.num_values) : 0;
  return Math.max(Number(chunk.total_compressed_size), Number(chunk.total_uncompressed_size), listBytes);
}

function tooLarge(where: string, found: string): KaleidoError {
  return new KaleidoError({
    source: 'data',
    problem: `${where} is too large to be read at once`,
    found,
    advice:
      'write the file with smaller row groups (row_group_size of pyarrow, 1000 say) or with write_page_index=True',
  });
}

function damaged(where: string, found: string): KaleidoError {
  return new KaleidoError({
    source: 'data',
    problem: `the footer of ${where} does not fit the file`,
    found,
    advice: 'copy or download the file again',
  });
}
