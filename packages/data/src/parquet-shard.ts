import type { DataFile } from './data-file.ts';
import { type CatalogueColumns, checkParquetColumns } from './parquet-columns.ts';
import { openParquetFile, type ParquetFile } from './parquet-file.ts';
import type { RowRange } from './parquet-row-groups.ts';

/** One file of a split, with its footer read and checked. */
export interface ParquetShard {
  readonly path: string;
  /** For messages. */
  readonly name: string;
  readonly rows: number;
  readonly columns: CatalogueColumns;
  /** The units of reading: row groups, or parts of large ones. */
  readonly parts: readonly RowRange[];
  /** The parts in which pictures may be paths without bytes. */
  readonly partsWithPaths: readonly RowRange[];
  /**
   * The rows of a part, as stored: `columns` reads their cells.
   * @param names the columns to read. Default: all known ones.
   */
  readRows(part: RowRange, names?: readonly string[]): Promise<Readonly<Record<string, unknown>>[]>;
}

/**
 * Opens a Parquet file, and checks its columns and the sizes in its footer, before anything of that size is allocated.
 * @throws KaleidoError naming the file for one that is truncated or not Parquet, a column that is missing or of another
 *   type, and a row group that is too large to be read
 */
export async function openParquetShard(file: DataFile): Promise<ParquetShard> {
  return openParquetFile(file, shardOf);
}

function shardOf({ path, name, metadata, parts: partsOf, readRows }: ParquetFile): ParquetShard {
  const columns = checkParquetColumns(path, metadata);
  const names = ['image', ...columns.readers.keys()];
  const parts = partsOf(names);
  const lacksBytes = ({ group }: RowRange): boolean =>
    metadata.row_groups[group]?.columns.find(
      ({ meta_data }) => meta_data?.path_in_schema.slice(0, 2).join('.') === 'image.bytes',
    )?.meta_data?.statistics?.null_count !== 0n;
  return {
    path,
    name,
    rows: parts.reduce((sum, { rowStart, rowEnd }) => sum + rowEnd - rowStart, 0),
    columns,
    parts,
    partsWithPaths: columns.hasPaths ? parts.filter(lacksBytes) : [],
    readRows: (part, read = names) => readRows(part, read),
  };
}
