import { KaleidoError } from '@kaleido/foundation';
import type { DataFile } from '../data-file.ts';
import { firstBytes } from '../tables/text-encoding.ts';
import { type Hdf5Library, noteHdf5Error } from './hdf5-library.ts';

/** A column of an HDF5 file: one dataset, of which rows can be read. */
export interface Hdf5Column {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'pixels';
  /** Of pixels: [height, width, 3]. */
  readonly shape: readonly number[];
  /** Texts, numbers (64-bit ones as BigInt), or the bytes of all rows' pixels. */
  read(start: number, end: number): Hdf5Values | Promise<Hdf5Values>;
}

export type Hdf5Values = readonly (string | number | bigint)[] | Uint8Array;

export interface Hdf5Columns {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Hdf5Column>;
  close(): void | Promise<void>;
}

/** A column that is read at once. */
type LocalHdf5Column = Omit<Hdf5Column, 'read'> & { read(start: number, end: number): Hdf5Values };

/** Columns of an HDF5 file on this machine, or mounted. */
export interface LocalHdf5Columns extends Hdf5Columns {
  readonly columns: ReadonlyMap<string, LocalHdf5Column>;
  close(): void;
}

/** Which datasets are opened. */
export interface WantedDatasets {
  /** All must exist. */
  readonly wanted: readonly string[];
  /** Opened if they exist. */
  readonly optional: readonly string[];
}

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const largestSide = 4096;

export function isHdf5(head: Uint8Array): boolean {
  return signature.every((byte, index) => head[index] === byte);
}

/** @throws KaleidoError for a file that does not begin as HDF5 */
export async function assertHdf5(file: DataFile): Promise<void> {
  if (!isHdf5(await firstBytes(file, signature.length))) throw refuse(file.path, 'is not an HDF5 file', undefined);
}

/** Where the HDF5 library finds a file, its path for errors, and its bytes. */
export interface Hdf5Place {
  readonly place: string;
  readonly path: string;
  readonly size: number;
}

/** Opens the datasets with a library that is loaded. @throws KaleidoError as `openHdf5Columns` */
export function openWith(
  library: Hdf5Library,
  { place, path, size }: Hdf5Place,
  { wanted, optional }: WantedDatasets,
): LocalHdf5Columns {
  const file = guarded(path, () => new library.File(place, 'r'));
  // h5wasm 0.10.3 does not throw: its file then has a negative number.
  if (file.file_id < 0n) throw refuse(path, 'is cut or damaged: the HDF5 library cannot open it', `${size} bytes`);
  try {
    const names = guarded(path, () => file.keys());
    const missing = wanted.find((name) => !names.includes(name));
    if (missing !== undefined) throw refuse(path, `has no dataset "${missing}"`, names);
    const columns = new Map<string, LocalHdf5Column>();
    let rows: { readonly count: number; readonly of: string } | undefined;
    for (const name of [...wanted, ...optional].filter((one) => names.includes(one))) {
      const found = guarded(path, () => columnOf(path, size, name, file.get(name), library));
      if (rows !== undefined && rows.count !== found.rows)
        throw refuse(path, 'has datasets of different lengths', `${rows.of}: ${rows.count}, ${name}: ${found.rows}`);
      rows ??= { count: found.rows, of: name };
      columns.set(name, found.column);
    }
    return { rows: rows?.count ?? 0, columns, close: () => closeQuietly(file) };
  } catch (error) {
    closeQuietly(file);
    throw error;
  }
}

function columnOf(
  path: string,
  size: number,
  name: string,
  dataset: unknown,
  { Dataset }: Hdf5Library,
): { readonly rows: number; readonly column: LocalHdf5Column } {
  if (!(dataset instanceof Dataset)) throw refuse(path, `has "${name}", but it is no dataset`, undefined);
  const { metadata, dtype } = dataset;
  const shape = dataset.shape ?? [];
  const [rows = 0, ...rest] = shape;
  const told = `${String(dtype)} of shape (${shape.join(', ')})`;
  const kind = kindOf(metadata, rest);
  if (kind === undefined)
    throw refuse(
      path,
      `has the dataset "${name}" in another form than (N, 1) or, for pixels, uint8 of (N, height, width, 3)`,
      told,
    );
  const rowBytes = metadata.vlen ? 1 : metadata.size * rest.reduce((product, length) => product * length, 1);
  // A row of a compressed dataset needs some bytes too.
  if (rows * (metadata.chunks === null ? rowBytes : 1) > size)
    throw refuse(path, `has the dataset "${name}" that does not fit into it`, `${told} in ${size} bytes`);
  return {
    rows,
    column: {
      name,
      kind,
      shape: rest,
      read: (start, end) =>
        guarded(path, () => {
          const value = dataset.slice([[start, end]]);
          if (value instanceof Uint8Array) return value;
          return Array.from(value as Iterable<string | number | bigint>);
        }),
    },
  };
}

/** A file that broke the library may not be closed any more. */
function closeQuietly(file: { close(): unknown }): void {
  try {
    file.close();
  } catch (error) {
    noteHdf5Error(error);
  }
}

interface Described {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
}

/** HDF5's classes: 0 are integers, 1 floats, 3 strings. */
function kindOf({ type, size, signed }: Described, rest: readonly number[]): Hdf5Column['kind'] | undefined {
  const isSingle = rest.every((length) => length === 1);
  if (isSingle && type === 3) return 'text';
  if (isSingle && (type === 0 || (type === 1 && size >= 4))) return 'number';
  const [height = 0, width = 0, channels] = rest;
  const isPicture = rest.length === 3 && channels === 3 && height > 0 && width > 0;
  const isSmall = height <= largestSide && width <= largestSide;
  return isPicture && isSmall && type === 0 && size === 1 && !signed ? 'pixels' : undefined;
}

/** The HDF5 library throws errors of many kinds for damaged files, also those of WebAssembly. */
function guarded<Result>(path: string, run: () => Result): Result {
  try {
    return run();
  } catch (cause) {
    if (KaleidoError.isInstance(cause)) throw cause;
    noteHdf5Error(cause);
    throw refuse(
      path,
      'is damaged: the HDF5 library cannot read it',
      cause instanceof Error ? cause.message : String(cause),
      cause,
    );
  }
}

function refuse(path: string, problem: string, found: unknown, cause?: unknown): KaleidoError {
  return new KaleidoError({
    source: 'data',
    problem: `${path} ${problem}`,
    ...(found === undefined ? {} : { found }),
    advice: 'give a Fashion-Gen file as it is distributed, fashiongen_256_256_train.h5 say, or copy it again',
    ...(cause === undefined ? {} : { cause }),
  });
}
