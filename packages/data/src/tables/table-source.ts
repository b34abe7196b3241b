import { createHash } from 'node:crypto';
import { textOf } from '../catalogue-row.ts';
import { LabelsLeftOut } from '../labels-left-out.ts';
import { type ColumnMapping, columnsOf } from '../mapping/column-mapping.ts';
import { splitOfName } from '../mapping/split-names.ts';
import type { Product } from '../product.ts';
import { withPicturesAhead } from '../remote/pictures-ahead.ts';
import type { ReadRowsOptions, RowSource } from '../row-source.ts';
import { SeenIds } from '../seen-ids.ts';
import { pictureOf, type RowProductOptions, rowKey, rowProduct } from './row-product.ts';
import type { Table, TableRow, UnreadableRow } from './table.ts';

export interface TableSourceOptions {
  readonly name: string;
  /** The data folder. */
  readonly root: string;
  /** By split; a single `undefined` for tables that belong to none. */
  readonly tables: ReadonlyMap<string | undefined, readonly Table[]>;
  readonly mapping: ColumnMapping;
  /** Of the tables' files. */
  readonly fingerprint: string;
  /** Whether pictures are files, as far as the first rows show. */
  readonly hasPictureFiles: boolean;
}

/** Tables as products. Splits are those of the files, or of the mapping's column. */
export async function openTableSource(options: TableSourceOptions): Promise<RowSource> {
  const { name, tables, mapping, fingerprint, hasPictureFiles } = options;
  const fileSplits = [...tables.keys()].filter((split) => split !== undefined);
  const counts = mapping.split === undefined ? undefined : await countBySplit(options, mapping.split);
  const splits = counts === undefined ? fileSplits : [...counts.keys()];
  return {
    name,
    fingerprint: createHash('sha256')
      .update(`${fingerprint}\0${JSON.stringify(mapping)}`)
      .digest('hex'),
    hasPictureFiles,
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

async function* readTables(
  tables: readonly Table[],
  { name, root, mapping }: TableSourceOptions,
  { wantsRow, where, wants = () => true, onSkipped, onWarning }: Reading,
): AsyncGenerator<Product> {
  const seen = new SeenIds();
  const labels = new LabelsLeftOut();
  for (const table of tables) {
    const options: RowProductOptions = { table, mapping, root, onLabelLeftOut: labels.add };
    for await (const row of rowsAhead(table, mapping)) {
      if (!('values' in row)) {
        const { place, problem } = row;
        // Its split is unknown: it is told with the first one.
        if (wantsRow(new Map()) && wants(place))
          onSkipped?.({ id: place, reason: `${place} ${problem}`, kind: problem });
        continue;
      }
      if (!wantsRow(row.values)) continue;
      const key = rowKey(row, options);
      if (!wants('reason' in key ? key.id : key.productId)) continue;
      const hasNoSplit =
        where !== undefined && mapping.split !== undefined && rowSplit(row.values, mapping.split) === undefined;
      if (hasNoSplit) {
        onSkipped?.({
          id: 'reason' in key ? row.place : key.id,
          reason: `${row.place} has no split`,
          kind: 'has no split',
        });
        continue;
      }
      const result = 'reason' in key ? key : await rowProduct(row, key, options);
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

/** The rows of a table; of remote pictures, the next ones are on their way. */
function rowsAhead(table: Table, mapping: ColumnMapping): AsyncIterable<TableRow | UnreadableRow> {
  const { pictures } = table;
  if (pictures === undefined) return table.rows();
  return withPicturesAhead(table.rows(), pictures, (row) => {
    const picture = 'values' in row ? pictureOf(row, mapping) : undefined;
    return typeof picture === 'string' ? picture : undefined;
  });
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
