import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type OpenDataOptions, type OpenedData, openData } from '../src/open-data.ts';
import type { Product, SkippedProduct } from '../src/product.ts';

/** The bytes of a small file that begins like a JPEG, other ones for each number. */
export function jpeg(number: number): Uint8Array {
  return Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, number >> 8, number & 255);
}

/** Writes files by their paths; pictures from their numbers. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array | number>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === 'number' ? jpeg(content) : content);
  }
}

export interface ReadData {
  readonly source: OpenedData;
  readonly products: Product[];
  readonly skipped: SkippedProduct[];
  readonly reasons: string[];
  readonly warnings: string[];
  /** The ids of each split. */
  readonly ids: Readonly<Record<string, string[]>>;
}

/** Opens data and reads all its splits; rows that the source counts must be there. */
export async function readData(path: string, options: OpenDataOptions = {}): Promise<ReadData> {
  const warnings: string[] = [];
  const source = await openData(path, { onWarning: (message) => warnings.push(message), ...options });
  const products: Product[] = [];
  const skipped: SkippedProduct[] = [];
  const ids: Record<string, string[]> = {};
  for (const split of source.splits) {
    const before = products.length + skipped.length;
    for await (const product of source.products(split, { onSkipped: (row) => skipped.push(row) })) {
      products.push(product);
      ids[split] = [...(ids[split] ?? []), product.id];
    }
    const rows = source.rows?.(split);
    const read = products.length + skipped.length - before;
    if (rows !== undefined && rows !== read) throw new Error(`${rows} rows in ${split}, ${read} read`);
  }
  return { source, products, skipped, reasons: skipped.map(({ reason }) => reason), warnings, ids };
}
