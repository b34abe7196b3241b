import { KaleidoError } from '@kaleido/foundation';
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import type { DataFile } from './data-file.ts';
import { boundedCompressors } from './parquet-compressors.ts';
import { assertPages, type PageColumn, pageColumns } from './parquet-pages.ts';
import { planParts, type RowRange } from './parquet-row-groups.ts';
import { isSingle } from './parquet-type.ts';

/** A Parquet file with its footer read. */
export interface ParquetFile extends Pick<DataFile, 'path' | 'name' | 'folder' | 'pictures'> {
  readonly metadata: FileMetaData;
  /** The units of reading: row groups, or parts of large ones; as `planParts`. */
  parts(names: readonly string[]): readonly RowRange[];
  /** The rows of a part with these columns, as stored. */
  readRows(part: RowRange, names: readonly string[]): Promise<Readonly<Record<string, unknown>>[]>;
}

/**
 * Opens a Parquet file.
 * @param use gets the file; what it throws about the footer's contents is reported as damage
 * @throws KaleidoError naming the file for one that is truncated or not Parquet
 */
export async function openParquetFile<Opened>(file: DataFile, use: (file: ParquetFile) => Opened): Promise<Opened> {
  try {
    const buffer = await fileBuffer(file);
    return use(parquetFile(file, buffer, await parquetMetadataAsync(buffer)));
  } catch (cause) {
    if (KaleidoError.isInstance(cause)) throw cause;
    // Also for a footer that can be decoded but makes no sense.
    throw new KaleidoError({
      source: 'data',
      problem: `${file.path} is not a whole Parquet file`,
      found: cause instanceof Error ? cause.message : String(cause),
      advice: 'copy or download it again',
      cause,
    });
  }
}

function parquetFile(
  { path, name, folder, pictures }: DataFile,
  file: AsyncBuffer,
  metadata: FileMetaData,
): ParquetFile {
  const stored = storedValues(metadata);
  const flat = new Set(
    parquetSchema(metadata)
      .children.filter(isSingle)
      .map(({ element }) => element.name),
  );
  return {
    path,
    name,
    folder,
    ...(pictures === undefined ? {} : { pictures }),
    metadata,
    parts: (names) => planParts(path, metadata, names, file.byteLength),
    async readRows({ group, rowStart, rowEnd, usesPageIndex }, names) {
      try {
        const rows = await parquetReadObjects({
          file: withCheckedPages(file, pageColumns(metadata, group, names)),
          metadata: stored,
          columns: [...names],
          rowStart,
          rowEnd,
          useOffsetIndex: usesPageIndex,
          compressors: boundedCompressors,
          // Both options keep values as stored: text as bytes, INT96 as nanoseconds.
          utf8: false,
          parsers: { timestampFromNanoseconds: (nanoseconds) => nanoseconds as unknown as Date },
        });
        // A null is null, and undefined means too few values; in nested columns hyparquet does not distinguish them.
        for (const name of names.filter((column) => flat.has(column)))
          if (rows.some((row) => row[name] === undefined))
            throw new Error(`column "${name}" has fewer values than the footer says`);
        return rows;
      } catch (cause) {
        // Of a remote file: the network, not the file, is at fault.
        if (KaleidoError.isInstance(cause)) throw cause;
        throw new KaleidoError({
          source: 'data',
          problem: `rows ${rowStart} to ${rowEnd - 1} of ${path} cannot be read`,
          found: cause instanceof Error ? cause.message : String(cause),
          advice: 'copy or download the file again',
          cause,
        });
      }
    },
  };
}

/**
 * The same file without the logical types of its values: hyparquet then gives them as stored. Its own conversions round
 * decimals and timestamps, and put U+FFFD where text is not UTF-8.
 */
function storedValues(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map(({ converted_type, logical_type, ...element }) => {
    if (element.type !== undefined) return element;
    // Some writers give lists only the newer of the two marks, and hyparquet reads the older one.
    const converted = logical_type?.type === 'LIST' ? 'LIST' : converted_type;
    return { ...element, ...(converted && { converted_type: converted }), ...(logical_type && { logical_type }) };
  });
  return { ...metadata, schema };
}

/** The same file; what is read of these columns, which is whole pages, is checked before it is decoded. */
function withCheckedPages(file: AsyncBuffer, columns: readonly PageColumn[]): AsyncBuffer {
  const read = async (start: number, end: number): Promise<ArrayBuffer> => {
    const bytes = await file.slice(start, end);
    for (const column of columns) {
      const [from, to] = [Math.max(start, column.start), Math.min(end, column.end)];
      if (from < to) assertPages(new Uint8Array(bytes, from - start, to - from), column, boundedCompressors);
    }
    return bytes;
  };
  return {
    byteLength: file.byteLength,
    slice(start, end = file.byteLength) {
      const bytes = read(start, end);
      // hyparquet fetches ahead; if another range fails first, this one is unused.
      bytes.catch(() => undefined);
      return bytes;
    },
  };
}

/** Reads ranges of a file. A range outside the file is an error, not a short result or a huge allocation. */
async function fileBuffer(file: DataFile): Promise<AsyncBuffer> {
  const size = await file.size();
  if (size < 12) throw new Error(`${size} bytes`);
  return {
    byteLength: size,
    slice(start, end = size) {
      const bytes = read(start, end);
      // hyparquet fetches ahead; if another range fails first, this one is unused.
      bytes.catch(() => undefined);
      return bytes;
    },
  };

  async function read(start: number, end: number): Promise<ArrayBuffer> {
    if (!(start >= 0 && start <= end && end <= size))
      throw new Error(`bytes ${start} to ${end} of a file of ${size} bytes`);
    const bytes = await file.read(start, end);
    if (bytes.length < end - start)
      throw new Error(`the file ends at ${start + bytes.length}: it was cut while it was read`);
    return bytes.buffer;
  }
}
