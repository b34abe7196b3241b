import type { GeneratedSet } from './generated-set.ts';
import { writeHdf5 } from './write-hdf5.ts';
import { writeParquet } from './write-parquet.ts';
import { writeTables } from './write-tables.ts';
import { writeTar } from './write-tar.ts';

/** The formats that are measured. */
export const dataFormats = ['parquet', 'tar', 'hdf5', 'csv', 'jsonl'] as const;

export type DataFormat = (typeof dataFormats)[number];

/** Writes products with noise for pictures, all of the split `train`, into an empty folder. */
export async function writeSet(folder: string, format: DataFormat, set: GeneratedSet): Promise<void> {
  const { products, pictureBytes, copies = 1 } = set;
  switch (format) {
    case 'parquet':
      return writeParquet(folder, { products, pictureBytes, copies });
    case 'tar':
      return writeTar(folder, { products, pictureBytes, copies });
    case 'hdf5':
      return writeHdf5(folder, { products: products * copies, side: Math.round(Math.sqrt(pictureBytes / 3)) });
    case 'csv':
    case 'jsonl':
      return writeTables(folder, format, { products: products * copies, pictureBytes });
    default:
      format satisfies never;
  }
}
