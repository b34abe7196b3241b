import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from '@jest/globals';
import { type FileMetaData, parquetMetadata, type SchemaElement } from 'hyparquet';
import { ByteWriter, type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { openParquetFolder } from '../src/parquet-folder.ts';
import type { Product, SkippedProduct } from '../src/product.ts';

/** Detected as PNG from its first bytes. */
export const picture = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3);

/** A column: its schema and its cells. An element without a name takes the column's name. */
export interface Column {
  readonly schema: readonly (Omit<SchemaElement, 'name'> & { readonly name?: string })[];
  readonly cells: readonly unknown[];
}

export interface FileOptions {
  /** Default: `train-00000-of-00001.parquet`. */
  readonly file?: string;
  readonly rowGroupSize?: number;
  readonly pageSize?: number;
  readonly codec?: 'UNCOMPRESSED' | 'SNAPPY';
  /** For all columns. `PLAIN` is much faster to write than the default dictionary. */
  readonly encoding?: 'PLAIN';
  /** Default: true. */
  readonly statistics?: boolean;
  /** Changes the footer, for features that the writer lacks. */
  readonly footer?: (metadata: FileMetaData) => void;
}

const repetition_type = 'OPTIONAL' as const;
const path = { name: 'path', repetition_type, type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;

export function column(type: Omit<SchemaElement, 'name'>, cells: readonly unknown[]): Column {
  return { schema: [{ repetition_type, ...type }], cells };
}

export function binary(...cells: readonly unknown[]): Column {
  return column({ type: 'BYTE_ARRAY' }, cells);
}

export function string(...cells: readonly unknown[]): Column {
  return column({ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, cells);
}

export function list(of: Omit<SchemaElement, 'name'>, ...cells: readonly unknown[]): Column {
  return {
    schema: [
      { repetition_type, converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type, ...of },
    ],
    cells,
  };
}

export function struct(...cells: readonly unknown[]): Column {
  return {
    schema: [{ repetition_type, num_children: 2 }, { name: 'bytes', repetition_type, type: 'BYTE_ARRAY' }, path],
    cells,
  };
}

/** A struct with a field that is a list. */
export function structOfList(...cells: readonly unknown[]): Column {
  const [group, ...rest] = list({ type: 'INT32', converted_type: 'UINT_8' }).schema;
  return { schema: [{ repetition_type, num_children: 2 }, { ...group, name: 'bytes' }, ...rest, path], cells };
}

/** A list of lists. */
export function nestedList(...cells: readonly unknown[]): Column {
  const [group, repeated, ...rest] = list({}).schema;
  const inner = list({ type: 'INT32', converted_type: 'UINT_8' }).schema;
  const [item, ...items] = inner;
  return { schema: [group!, repeated!, { ...item, ...rest[0], ...item, name: 'element' }, ...items], cells };
}

/** Writes a Parquet file of these columns into a folder; missing columns that a product needs are added. */
export async function writeParquet(
  folder: string,
  columns: Readonly<Record<string, Column>>,
  { file = 'train-00000-of-00001.parquet', footer, encoding, ...options }: FileOptions = {},
): Promise<void> {
  const count = Array.from({ length: Object.values(columns)[0]?.cells.length ?? 0 }, (_, row) => row);
  const ids = count.map((row) => BigInt(row));
  const all: Record<string, Column> = {
    image: binary(...count.map(() => picture)),
    text: string(...count.map((row) => `red shirt ${row}`)),
    item_ID: column({ type: 'INT64' }, ids),
    ...columns,
  };
  const schema: SchemaElement[] = [{ name: 'schema', num_children: Object.keys(all).length }];
  const columnData: ColumnSource[] = [];
  for (const [name, { schema: own, cells }] of Object.entries(all)) {
    schema.push(...own.map((element) => ({ name, ...element })));
    columnData.push({ name, data: [...cells], ...(encoding && { encoding }) });
  }
  const buffer = parquetWriteBuffer({ columnData, schema, ...options });
  const target = join(folder, file);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, footer === undefined ? new Uint8Array(buffer) : withFooter(buffer, footer));
}

function withFooter(buffer: ArrayBuffer, change: (metadata: FileMetaData) => void): Uint8Array {
  const metadata = parquetMetadata(buffer);
  change(metadata);
  const length = new DataView(buffer).getUint32(buffer.byteLength - 8, true);
  const writer = new ByteWriter();
  writer.appendBytes(new Uint8Array(buffer, 0, buffer.byteLength - 8 - length));
  writeMetadata(writer, metadata);
  writer.appendUint32(0x31524150);
  return writer.getBytes();
}

/** Reads a folder's split `train` to its end; checks that no row is lost. */
export async function readParquet(
  folder: string,
): Promise<{ products: Product[]; skipped: SkippedProduct[]; reasons: string[]; warnings: string[] }> {
  const products: Product[] = [];
  const skipped: SkippedProduct[] = [];
  const warnings: string[] = [];
  const source = await openParquetFolder(folder, { onWarning: (message) => warnings.push(message) });
  for await (const product of source.products('train', { onSkipped: (row) => skipped.push(row) }))
    products.push(product);
  expect(products.length + skipped.length).toBe(source.rows?.('train'));
  const reasons = skipped.map(({ reason }) => reason.replace(/(?<=^row \d+) of \S+/, ''));
  return { products, skipped, reasons, warnings };
}
