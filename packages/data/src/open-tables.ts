import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { fashionGenMapping, openFashionGenTable } from './fashion-gen/fashion-gen-table.ts';
import { fileAt } from './files-of.ts';
import { someNames } from './folder-contents.ts';
import {
  type ColumnMapping,
  type ExplainedMapping,
  type MappingChoice,
  patternColumns,
} from './mapping/column-mapping.ts';
import { type ColumnSample, guessMapping } from './mapping/guess-mapping.ts';
import { splitOfName } from './mapping/split-names.ts';
import type { RecognisedData } from './recognise-data.ts';
import type { RowSource } from './row-source.ts';
import { filesFingerprint, isLeftByOtherPrograms } from './shard-files.ts';
import { openDelimitedTable } from './tables/delimited-table.ts';
import { groupTables, type TableGroup, type TablesBySplit } from './tables/group-tables.ts';
import { openJsonLinesTable } from './tables/json-lines-table.ts';
import { openParquetTable } from './tables/parquet-table.ts';
import { isPicture, openPictureFolderTable } from './tables/picture-folder-table.ts';
import { findPictures } from './tables/picture-places.ts';
import { pictureOf } from './tables/row-product.ts';
import type { Table } from './tables/table.ts';
import { openTableSource } from './tables/table-source.ts';
import type { TextEncodingName } from './tables/text-encoding.ts';

export interface OpenTablesOptions {
  /** Name of the source in reports. */
  readonly name: string;
  readonly map?: MappingChoice | undefined;
  /** As in `OpenDataOptions`. */
  readonly labels?: readonly string[] | undefined;
  /** Of CSV and JSONL files. */
  readonly encoding?: TextEncodingName | undefined;
  readonly delimiter?: string | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface OpenedTables {
  readonly source: RowSource;
  readonly explained: ExplainedMapping;
}

/** Part of the fingerprint: raised if the same files and options give other products. */
const readerVersion = 2;

/** The rows from which columns are guessed; of pictures' bytes, fewer are in memory. */
const [sampledRows, sampledPictures] = [200, 32];

/**
 * Opens data in the form of tables: Parquet, Fashion-Gen, CSV, JSONL, or a folder of photographs. Of tables with
 * different columns the first ones are taken in which products are recognised; the others are told with the reason.
 * @throws KaleidoError where a file cannot be read, and where no caption or picture is found in its columns
 */
export async function openTables(data: RecognisedData, options: OpenTablesOptions): Promise<OpenedTables> {
  const { root, form } = data;
  const { name, encoding = 'utf-8', delimiter = '', onWarning } = options;
  const groups: readonly TableGroup[] =
    form === 'pictures'
      ? [{ tables: await pictureTables(root, onWarning), others: [] }]
      : groupTables(await tablesOf(data, options));
  const { tables, explained } = await firstMapped(data, groups, options);
  const { mapping } = explained;
  const files = [...tables.values()].flat().map(({ path }) => path);
  // Of photographs with files beside them, the products themselves are hashed later; Fashion-Gen has 51 GB.
  const content =
    form === 'pictures'
      ? 'pictures'
      : await filesFingerprint(
          files.map((file) => fileAt(data, file)),
          { isSampled: form === 'fashion-gen' },
        );
  return {
    source: await openTableSource({
      name,
      root,
      tables,
      mapping,
      fingerprint: [content, encoding, delimiter, readerVersion].join('\0'),
      hasPictureFiles: await picturesAreFiles(tables, mapping),
      fingerprintHasRows: form !== 'pictures',
    }),
    explained,
  };
}

/** The first group in whose columns products are recognised. Only a failed guess leads to the next one. */
async function firstMapped(
  data: RecognisedData,
  groups: readonly TableGroup[],
  options: OpenTablesOptions,
): Promise<{ readonly tables: TablesBySplit; readonly explained: ExplainedMapping }> {
  const warn = (tables: readonly Table[], why: string): void => {
    if (tables.length > 0)
      options.onWarning?.(`@kaleido/data: not read, ${why}: ${tables.map(({ name }) => name).join(', ')}`);
  };
  const tablesIn = ({ tables }: TableGroup): readonly Table[] => [...tables.values()].flat();
  const failed: { readonly group: TableGroup; readonly error: KaleidoError }[] = [];
  for (const [index, group] of groups.entries()) {
    const [table] = tablesIn(group);
    if (table === undefined) continue;
    const sample = await sampleOf(table, data.form === 'fashion-gen' ? sampledPictures : sampledRows);
    try {
      const explained = await mappingOf(data, table, sample, options);
      for (const { group: one, error } of failed) warn([...tablesIn(one), ...one.others], `as ${error.problem}`);
      const later = groups.slice(index + 1).flatMap((one) => [...tablesIn(one), ...one.others]);
      warn([...group.others, ...later], 'as their columns or names do not go with the others');
      return { tables: group.tables, explained };
    } catch (error) {
      if (!KaleidoError.isInstance(error)) throw error;
      failed.push({ group, error });
    }
  }
  throw failed[0]?.error ?? new KaleidoError({ source: 'data', problem: `${data.root} holds no table` });
}

async function tablesOf(data: RecognisedData, options: OpenTablesOptions): Promise<Table[]> {
  const { form, files } = data;
  const tables: Table[] = [];
  for (const file of files) {
    if (form === 'csv') tables.push(await openDelimitedTable(fileAt(data, file), options));
    else if (form === 'jsonl') tables.push(await openJsonLinesTable(fileAt(data, file), options));
    else if (form === 'fashion-gen') tables.push(await openFashionGenTable(fileAt(data, file)));
    else tables.push(await openParquetTable(fileAt(data, file)));
  }
  return tables;
}

/** A folder of photographs; its folders are splits if they are all named so. */
async function pictureTables(root: string, onWarning: ((message: string) => void) | undefined): Promise<TablesBySplit> {
  const entries = (await readdir(root, { withFileTypes: true })).filter(({ name }) => !isLeftByOtherPrograms(name));
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const splits = folders.map(splitOfName);
  if (folders.length < 2 || splits.includes(undefined))
    return new Map([[undefined, [await openPictureFolderTable(root)]]]);
  const loose = entries.filter(isPicture).map(({ name }) => name);
  if (loose.length > 0)
    onWarning?.(
      `@kaleido/data: ${loose.length} ${loose.length === 1 ? 'photograph' : 'photographs'} of ${root} beside the folders ${folders.join(', ')} belong to no split, and are not read: ${someNames(loose)}`,
    );
  const tables = new Map<string | undefined, Table[]>();
  for (const [index, folder] of folders.entries()) {
    const split = splits[index];
    tables.set(split, [...(tables.get(split) ?? []), await openPictureFolderTable(join(root, folder), root)]);
  }
  return tables;
}

async function mappingOf(
  { form, root }: RecognisedData,
  table: Table,
  sample: ColumnSample,
  { map, labels }: OpenTablesOptions,
): Promise<ExplainedMapping> {
  const usual: MappingChoice =
    form === 'fashion-gen' ? known(fashionGenMapping, table.columns) : form === 'pictures' ? { image: ['file'] } : {};
  const explained = await guessMapping({
    path: table.path,
    columns: table.columns,
    sample,
    choice: { ...usual, ...map },
    labels,
    findPictures: () => findPictures(table, root, sample),
  });
  const why = (field: string | undefined): string => {
    if (form !== 'fashion-gen') return 'the path of the photograph';
    return field === 'id' ? 'input_productID and the number of the view' : 'as Fashion-Gen has it';
  };
  const isUsual = (field: string | undefined): boolean =>
    field !== undefined && Object.hasOwn(usual, field) && (map === undefined || !Object.hasOwn(map, field));
  return {
    ...explained,
    reasons: explained.reasons.map((one) => (isUsual(one.field) ? { ...one, reason: why(one.field) } : one)),
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

/** Whether the pictures are files of their own, as the first row with one shows. */
async function picturesAreFiles(tables: TablesBySplit, mapping: ColumnMapping): Promise<boolean> {
  if (patternColumns(mapping.image) !== undefined) return true;
  for (const table of [...tables.values()].flat())
    for await (const row of (table.select?.([mapping.image]) ?? table).rows()) {
      const picture = 'values' in row ? pictureOf(row, mapping) : undefined;
      if (typeof picture === 'string') return true;
      if (picture instanceof Uint8Array) return false;
    }
  return false;
}
