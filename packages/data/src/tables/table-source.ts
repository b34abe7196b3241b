import { createHash } from 'node:crypto';
import { textOf } from '../catalogue-row.ts';
import { pictureReader, pictureSize } from '../image-file.ts';
import { LabelsLeftOut } from '../labels-left-out.ts';
import { type ColumnMapping, columnsOf, patternColumns } from '../mapping/column-mapping.ts';
import { splitOfName } from '../mapping/split-names.ts';
import { PicturesAhead } from '../pictures-ahead.ts';
import type { Product, SkippedProduct } from '../product.ts';
import type { ReadRowsOptions, RowSource } from '../row-source.ts';
import { SeenIds } from '../seen-ids.ts';
import { pictureOf, type RowKey, rowKey, rowProduct } from './row-product.ts';
import type { Table, TableRow } from './table.ts';

export interface TableSourceOptions {
  readonly name: string;
  /** The data folder: pictures outside of it are never read. */
  readonly root: string;
  /** By split; a single `undefined` for tables that belong to none. */
  readonly tables: ReadonlyMap<string | undefined, readonly Table[]>;
  readonly mapping: ColumnMapping;
  /** Of the tables' files. */
  readonly fingerprint: string;
  /** Whether pictures are files, as far as the first rows show. */
  readonly hasPictureFiles: boolean;
  /** Whether `fingerprint` changes with every row. */
  readonly fingerprintHasRows: boolean;
}

/** Tables as products. Splits are those of the files, or of the mapping's column. */
export async function openTableSource(options: TableSourceOptions): Promise<RowSource> {
  const { name, tables, mapping, fingerprint, hasPictureFiles, fingerprintHasRows } = options;
  const fileSplits = [...tables.keys()].filter((split) => split !== undefined);
  const counts = mapping.split === undefined ? undefined : await countBySplit(options, mapping.split);
  const splits = counts === undefined ? fileSplits : [...counts.keys()];
  return {
    name,
    fingerprint: createHash('sha256')
      .update(`${fingerprint}\0${JSON.stringify(mapping)}`)
      .digest('hex'),
    hasPictureFiles,
    fingerprintHasRows,
    pictureSizes: () => pictureSizes([...tables.values()].flat(), options),
    splits,
    rows: (split) => counts?.get(split) ?? rowCount(tables.get(split) ?? []),
    async *read(split, reading) {
      const of = (table: Table): Table => table.select?.(columnsOf(mapping)) ?? table;
      const read =
        split === undefined || counts !== undefined ? [...tables.values()].flat() : (tables.get(split) ?? []);
      const wantsRow =
        counts === undefined || split === undefined
          ? () => true
          : (row: ReadonlyMap<string, unknown>): boolean => (rowSplit(row, mapping.split) ?? splits[0]) === split;
      yield* readTables(read.map(of), options, { ...reading, wantsRow, where: split });
    },
  };
}

interface Reading extends ReadRowsOptions {
  readonly wantsRow: (row: ReadonlyMap<string, unknown>) => boolean;
  readonly where: string | undefined;
}

interface WantedRow {
  readonly row: TableRow;
  readonly key: RowKey;
}

async function* readTables(
  tables: readonly Table[],
  { name, root, mapping }: TableSourceOptions,
  { wantsRow, where, wants = () => true, onSkipped, onWarning }: Reading,
): AsyncGenerator<Product> {
  const seen = new SeenIds();
  const labels = new LabelsLeftOut();
  /** Rows that are read, with what tells them from others; or why they are left out. */
  async function* wantedRows(table: Table): AsyncGenerator<WantedRow | SkippedProduct> {
    for await (const row of table.rows()) {
      if (!('values' in row)) {
        const { place, problem } = row;
        // Its split is unknown: it is told with the first one.
        if (wantsRow(new Map()) && wants(place)) yield { id: place, reason: `${place} ${problem}`, kind: problem };
        continue;
      }
      if (!wantsRow(row.values)) continue;
      const key = rowKey(row, { table, mapping });
      if (!wants('reason' in key ? key.id : key.productId)) continue;
      const { place } = row;
      const hasNoSplit =
        where !== undefined && mapping.split !== undefined && rowSplit(row.values, mapping.split) === undefined;
      if (hasNoSplit)
        yield { id: 'reason' in key ? place : key.id, reason: `${place} has no split`, kind: 'has no split' };
      else yield 'reason' in key ? key : { row, key };
    }
  }
  for (const table of tables) {
    const remote = table.pictures;
    const pictures = new PicturesAhead(
      remote === undefined ? pictureReader(table.folder, root) : (path) => remote.read(path),
    );
    const options = { mapping, readPicture: (path: string) => pictures.read(path), onLabelLeftOut: labels.add };
    const rows = pictures.rows(wantedRows(table), (one) => {
      const picture = 'row' in one ? pictureOf(one.row, mapping) : undefined;
      return typeof picture === 'string' ? picture : undefined;
    });
    for await (const one of rows) {
      if ('reason' in one) {
        onSkipped?.(one);
        continue;
      }
      const { row, key } = one;
      const result = await rowProduct(row, key, options);
      if ('reason' in result) onSkipped?.(result);
      else if (seen.has(result.id)) {
        const kind = 'repeats the id of an earlier row';
        onSkipped?.({ id: result.id, reason: `${row.place} ${kind}: ${result.id}`, kind });
      } else {
        seen.add(result.id);
        yield result;
      }
    }
  }
  labels.tell(where === undefined ? name : `split "${where}" of ${name}`, onWarning);
}

/** The sizes of the files of all pictures, in the order of their rows. */
async function* pictureSizes(tables: readonly Table[], { root, mapping }: TableSourceOptions): AsyncGenerator<number> {
  const columns = patternColumns(mapping.image) ?? [mapping.image];
  for (const table of tables) {
    if (table.pictures !== undefined) continue;
    for await (const row of (table.select?.(columns) ?? table).rows()) {
      const picture = 'values' in row ? pictureOf(row, mapping) : undefined;
      if (typeof picture === 'string') yield pictureSize(picture, table.folder, root);
    }
  }
}

/** The rows of each split, by the values of a column. Values that are no usual name are splits of their own. */
async function countBySplit({ tables }: TableSourceOptions, column: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let without = 0;
  for (const table of [...tables.values()].flat())
    for await (const row of (table.select?.([column]) ?? table).rows()) {
      const split = 'values' in row ? rowSplit(row.values, column) : undefined;
      if (split === undefined) without++;
      else counts.set(split, (counts.get(split) ?? 0) + 1);
    }
  const sorted = new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  const [first = 'train'] = sorted.keys();
  if (without > 0) sorted.set(first, (sorted.get(first) ?? 0) + without);
  return sorted;
}

function rowSplit(row: ReadonlyMap<string, unknown>, column: string | undefined): string | undefined {
  const text = column === undefined ? undefined : textOf(row.get(column));
  return typeof text === 'string' ? (splitOfName(text) ?? text) : undefined;
}

function rowCount(tables: readonly Table[]): number | undefined {
  let sum = 0;
  for (const { rowCount: rows } of tables) {
    if (rows === undefined) return undefined;
    sum += rows;
  }
  return sum;
}
