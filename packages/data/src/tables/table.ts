import type { UnusableCell } from '../catalogue-row.ts';
import type { PictureAddresses } from '../remote/picture-addresses.ts';

/** Rows with named columns, however they are stored. */
export interface Table {
  /** The file or folder, for messages. */
  readonly path: string;
  /** Its short name, for the place of a row. */
  readonly name: string;
  /** Paths of pictures are relative to this folder. */
  readonly folder: string;
  /** Where pictures are that have no files; absent if they have. */
  readonly pictures?: PictureAddresses;
  readonly columns: readonly string[];
  /** The number of rows, if known before they are read. */
  readonly rowCount?: number;
  /** Streams the rows from the first one, at every call. */
  rows(): AsyncIterable<TableRow | UnreadableRow>;
  /** Reads fewer columns than `rows` would, where the format can. */
  select?(columns: readonly string[]): Table;
}

export interface TableRow {
  /** E.g. `line 7 of products.csv`. */
  readonly place: string;
  /** From 1. */
  readonly number: number;
  /** By column. A picture is bytes, an `UnusableCell`, or text: the path of its file. */
  readonly values: ReadonlyMap<string, unknown>;
}

/** A row that cannot be taken apart into columns; reading continues. */
export interface UnreadableRow {
  readonly place: string;
  /** Completes a sentence about the row, e.g. `has 6 fields instead of 5`. */
  readonly problem: string;
}

/** A picture in a cell of a table. */
export type PictureCell = Uint8Array | string | undefined | UnusableCell;
