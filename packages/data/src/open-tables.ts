import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { textOf } from './catalogue-row.ts';
import { fashionGenMapping, openFashionGenTable } from './fashion-gen/fashion-gen-table.ts';
import { fileAt } from './files-of.ts';
import { type ExplainedMapping, type MappingChoice, patternColumns } from './mapping/column-mapping.ts';
import { type ColumnSample, guessMapping } from './mapping/guess-mapping.ts';
import { splitOfName } from './mapping/split-names.ts';
import type { RecognisedData } from './recognise-data.ts';
import type { RowSource } from './row-source.ts';
import { filesFingerprint, isLeftByOtherPrograms } from './shard-files.ts';
import { openDelimitedTable } from './tables/delimited-table.ts';
import { groupTables, type TableGroup, type TablesBySplit } from './tables/group-tables.ts';
import { openJsonLinesTable } from './tables/json-lines-table.ts';
import { openParquetTable } from './tables/parquet-table.ts';
import { openPictureFolderTable } from './tables/picture-folder-table.ts';
import { findPictures } from './tables/picture-places.ts';
import type { Table } from './tables/table.ts';
import { openTableSource } from './tables/table-source.ts';
import type { TextEncodingName } from './tables/text-encoding.ts';

export interface OpenTablesOptions {
  /** Name of the source in reports. */
  readonly name: string;
  readonly map?: MappingChoice | undefined;
  /** Of CSV and JSONL files. */
  readonly encoding?: TextEncodingName | undefined;
  readonly delimiter?: string | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface OpenedTables {
  readonly source: RowSource;
  readonly explained: ExplainedMapping;
  /** The files that are read. */
  readonly files: readonly string[];
}

/** The rows from which columns are guessed; of pictures' bytes, fewer are in memory. */
const [sampledRows, sampledPictures] = [200, 32];

/**
 * Opens data in the form of tables: Parquet, Fashion-Gen, CSV, JSONL, or a folder of photographs.
 * @throws KaleidoError where a file cannot be read, and where no caption or picture is found in its columns
 */
export async function openTables(data: RecognisedData, options: OpenTablesOptions): Promise<OpenedTables> {
  const { root } = data;
  const groups: readonly TableGroup[] =
    data.form === 'pictures'
      ? [{ tables: await pictureTables(root), others: [] }]
      : groupTables(await tablesOf(data, options));
  let first: unknown;
  for (const group of groups) {
    const { tables } = group;
    try {
      const explained = await mappingOf(data, tables, options);
      const files = [...tables.values()].flat().map(({ path }) => path);
      const left = groups.flatMap(({ tables: all, others }) =>
        all === tables ? others : [...[...all.values()].flat(), ...others],
      );
      if (left.length > 0)
        options.onWarning?.(
          `@kaleido/data: not read, as their columns or names do not go with the others: ${left.map(({ name }) => name).join(', ')}`,
        );
      const hasPictureFiles = await picturesAreFiles(tables, explained);
      return {
        source: await openTableSource({
          name: options.name,
          root,
          tables,
          mapping: explained.mapping,
          // Of photographs with files beside them, the products themselves are hashed later; Fashion-Gen has 51 GB.
          fingerprint:
            data.form === 'pictures'
              ? 'pictures'
              : await filesFingerprint(
                  files.map((file) => fileAt(data, file)),
                  { isSampled: data.form === 'fashion-gen' },
                ),
          hasPictureFiles,
        }),
        explained,
        files,
      };
    } catch (error) {
      if (!KaleidoError.isInstance(error)) throw error;
      first ??= error;
    }
  }
  throw first;
}

async function tablesOf(data: RecognisedData, options: OpenTablesOptions): Promise<Table[]> {
  const { form, files } = data;
  const tables: Table[] = [];
  for (const file of files) {
    if (form === 'csv') tables.push(await openDelimitedTable(fileAt(data, file), options));
    else if (form === 'jsonl') tables.push(await openJsonLinesTable(fileAt(data, file), options));
    else if (form === 'fashion-gen') tables.push(await openFashionGenTable(file));
    else tables.push(await openParquetTable(fileAt(data, file)));
  }
  return tables;
}

/** A folder of photographs; its folders are splits if they are all named so. */
async function pictureTables(root: string): Promise<TablesBySplit> {
  const entries = (await readdir(root, { withFileTypes: true })).filter(({ name }) => !isLeftByOtherPrograms(name));
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const splits = folders.map(splitOfName);
  if (folders.length < 2 || splits.includes(undefined))
    return new Map([[undefined, [await openPictureFolderTable(root)]]]);
  const tables = new Map<string | undefined, Table[]>();
  for (const [index, folder] of folders.entries()) {
    const split = splits[index];
    tables.set(split, [...(tables.get(split) ?? []), await openPictureFolderTable(join(root, folder), root)]);
  }
  return tables;
}

async function mappingOf(
  { form, root }: RecognisedData,
  tables: TablesBySplit,
  { map }: OpenTablesOptions,
): Promise<ExplainedMapping> {
  const [table] = [...tables.values()].flat();
  if (table === undefined) throw new KaleidoError({ source: 'data', problem: `${root} holds no table` });
  const sample = await sampleOf(table, form === 'fashion-gen' ? sampledPictures : sampledRows);
  const usual: MappingChoice =
    form === 'fashion-gen' ? known(fashionGenMapping, table.columns) : form === 'pictures' ? { image: ['file'] } : {};
  const explained = await guessMapping({
    path: table.path,
    columns: table.columns,
    sample,
    choice: { ...usual, ...map },
    findPictures: () => findPictures(table, root, sample),
  });
  const why = form === 'fashion-gen' ? 'as Fashion-Gen has it' : 'the path of the photograph';
  const isUsual = (field: string | undefined): boolean =>
    field !== undefined && Object.hasOwn(usual, field) && (map === undefined || !Object.hasOwn(map, field));
  return {
    ...explained,
    reasons: explained.reasons.map((one) => (isUsual(one.field) ? { ...one, reason: why } : one)),
  };
}

/** A mapping without the columns that a table lacks. */
function known(choice: MappingChoice, columns: readonly string[]): MappingChoice {
  return Object.fromEntries(
    Object.entries(choice).map(([field, names]) => [field, names.filter((name) => columns.includes(name))]),
  );
}

/** Some rows; of those with bytes, enough to see what these are. */
async function sampleOf(table: Table, most: number): Promise<ColumnSample> {
  const sample: ReadonlyMap<string, unknown>[] = [];
  let read = 0;
  for await (const row of table.rows()) {
    if ('values' in row) sample.push(sample.length < sampledPictures ? row.values : withoutBytes(row.values));
    if (++read >= most) break;
  }
  return sample;
}

function withoutBytes(row: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  return new Map([...row].filter(([, value]) => !(value instanceof Uint8Array && value.length > 1024)));
}

async function picturesAreFiles(tables: TablesBySplit, { mapping }: ExplainedMapping): Promise<boolean> {
  if (patternColumns(mapping.image) !== undefined) return true;
  const [table] = [...tables.values()].flat();
  if (table === undefined) return false;
  const narrow = table.select?.([mapping.image]) ?? table;
  for await (const row of narrow.rows())
    if ('values' in row) {
      const value = row.values.get(mapping.image);
      if (value !== undefined) return typeof textOf(value) === 'string' && !(value instanceof Uint8Array);
    }
  return true;
}
