import type { DataFile } from '../data-file.ts';
import type { MappingChoice } from '../mapping/column-mapping.ts';
import { cellText } from '../parquet-cell.ts';
import type { Table, TableRow } from '../tables/table.ts';
import type { Hdf5Column } from './hdf5-columns.ts';
import { openHdf5Columns } from './open-hdf5.ts';
import { pngOfPixels } from './png.ts';

/** What products are made from. */
const needed = [
  'input_image',
  'input_productID',
  'input_name',
  'input_description',
  'input_concat_description',
  'input_category',
  'input_subcategory',
];
/** Labels and numbers that come with it. */
const further = [
  'input_gender',
  'input_brand',
  'input_composition',
  'input_department',
  'input_season',
  'input_pose',
  'input_msrpUSD',
  'index',
  'index_2',
];
const datasets = { wanted: needed, optional: further };
/** Of the rows that are read at once: 32 of Fashion-Gen's, and no more than 1024 of smaller ones. */
const [pixelBytes, mostRows] = [6 * 2 ** 20, 1024];

/** The name of a column made here: `10424-2` is the second photograph of the product 10424. */
const viewColumn = 'view';

/**
 * How Fashion-Gen's columns make products. The caption is the description, as in the Kaleido-BERT paper's data; brand,
 * composition and price are no labels there.
 */
export const fashionGenMapping: MappingChoice = {
  id: [viewColumn],
  product: ['input_productID'],
  image: ['input_image'],
  caption: ['input_description'],
  category: ['input_category'],
  subcategory: ['input_subcategory'],
  attributes: ['input_category', 'input_subcategory', 'input_gender', 'input_department', 'input_season'],
};

/**
 * A file of Fashion-Gen: 16 datasets with one row per photograph. Pixels become PNG files. Memory holds 6 MiB of pixels, or one row.
 * @throws KaleidoError as `openHdf5Columns` does, before any row is read
 */
export async function openFashionGenTable(file: DataFile): Promise<Table> {
  const opened = await openHdf5Columns(file, datasets);
  await opened.close();
  const { path, name, folder } = file;
  const all = [viewColumn, ...opened.columns.keys()];
  const select = (columns: readonly string[]): Table => ({
    path,
    name,
    folder,
    columns,
    rowCount: opened.rows,
    select,
    rows: () => readRows(file, columns),
  });
  return select(all);
}

async function* readRows(file: DataFile, names: readonly string[]): AsyncGenerator<TableRow> {
  const { rows, columns, close } = await openHdf5Columns(file, datasets);
  const read = [...columns.values()].filter((column) => names.includes(column.name));
  const product = columns.get('input_productID');
  const rowBytes = (columns.get('input_image')?.shape ?? []).reduce((bytes, length) => bytes * length, 1);
  const rowsAtOnce = Math.max(1, Math.min(mostRows, Math.floor(pixelBytes / rowBytes)));
  const views = new Map<string, number>();
  try {
    for (let start = 0; start < rows; start += rowsAtOnce) {
      const end = Math.min(start + rowsAtOnce, rows);
      const cells: (readonly [name: string, cells: readonly unknown[]])[] = [];
      for (const column of read) cells.push([column.name, await cellsOf(column, start, end)]);
      const products = product === undefined ? [] : await cellsOf(product, start, end);
      for (let row = start; row < end; row++) {
        const values = new Map<string, unknown>(cells.map(([column, list]) => [column, list[row - start]]));
        const id = String(products[row - start]);
        const view = (views.get(id) ?? 0) + 1;
        views.set(id, view);
        values.set(viewColumn, `${id}-${view}`);
        yield { place: `row ${row} of ${file.name}`, number: row + 1, values };
      }
    }
  } finally {
    await close();
  }
}

async function cellsOf(column: Hdf5Column, start: number, end: number): Promise<readonly unknown[]> {
  const values = await column.read(start, end);
  if (!(values instanceof Uint8Array))
    return values.map((value) => (typeof value === 'number' ? cellText({ kind: 'float' }, value) : String(value)));
  if (column.kind !== 'pixels') return Array.from(values, String);
  const [height = 0, width = 0] = column.shape;
  const rowBytes = 3 * width * height;
  return Array.from({ length: end - start }, (_, row) =>
    pngOfPixels(values.subarray(row * rowBytes, (row + 1) * rowBytes), width, height),
  );
}
