import { KaleidoError, otherEncoding } from '@kaleido/foundation';
import { localFile } from './data-file.ts';
import { parseNumbers } from './parse-numbers.ts';
import { readLines } from './read-lines.ts';
import type { ReleasedColumnForm } from './released-columns.ts';

/** One row of a released file. */
export interface ReleasedRow {
  /** From 1. */
  readonly row: number;
  /** By column. */
  readonly numbers: ReadonlyMap<string, Int32Array | Float32Array>;
  readonly texts: ReadonlyMap<string, string>;
}

/** The most bytes of a row: the released rows have 0.9 MB. */
const largestRow = 64 * 2 ** 20;
const [tab, carriageReturn] = [0x09, 0x0d];

/**
 * The rows of a released file, with at most one in memory: tab-separated columns, comma-separated numbers, no header
 * and no quotes.
 *
 * @param columns from `releasedColumns`
 * @throws KaleidoError, with the row and the column, for a row with another number of columns, a list of another
 *   length, an invalid number, and text that is not UTF-8
 */
export async function* readReleasedRows(
  path: string,
  columns: readonly ReleasedColumnForm[],
): AsyncGenerator<ReleasedRow> {
  let row = 0;
  const advice = 'give a file of the released code: one row a line';
  for await (const bytes of readLines(localFile(path), { largest: largestRow, unit: 'row', advice })) {
    row++;
    yield parseRow(path, row, row === 1 ? withoutMark(path, bytes) : bytes, columns);
  }
}

/** Removes the UTF-8 byte order mark, which Windows programs write, from the first row. */
function withoutMark(path: string, bytes: Uint8Array): Uint8Array {
  const encoding = otherEncoding(bytes.subarray(0, 256));
  // The bytes may end inside a character, and an 8-bit encoding may show in one column only: columns are checked later.
  if (encoding !== undefined && !encoding.startsWith('byte'))
    throw new KaleidoError({
      source: 'data',
      problem: `${path} is not UTF-8 text`,
      found: encoding,
      advice: 'save it as UTF-8',
    });
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function parseRow(path: string, row: number, line: Uint8Array, columns: readonly ReleasedColumnForm[]): ReleasedRow {
  const bytes = line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
  const refuse = (where: string, problem: string, found: unknown): KaleidoError =>
    new KaleidoError({
      source: 'data',
      problem: `${path}, row ${row}${where}: ${problem}`,
      found,
      advice: 'compare the file with the columns of the released code',
    });
  const fields: Uint8Array[] = [];
  for (let start = 0; ; ) {
    const end = bytes.indexOf(tab, start);
    fields.push(bytes.subarray(start, end < 0 ? bytes.length : end));
    // A line of nothing but tabs would fill the memory.
    if (end < 0 || fields.length > columns.length) break;
    start = end + 1;
  }
  if (fields.length !== columns.length)
    throw refuse('', `must have ${columns.length} columns`, fields.length > columns.length ? 'more' : fields.length);
  const numbers = new Map<string, Int32Array | Float32Array>();
  const texts = new Map<string, string>();
  for (const [index, { name, type, length }] of columns.entries()) {
    const field = fields[index] as Uint8Array;
    if (type === 'text') {
      try {
        texts.set(name, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(field));
      } catch {
        throw refuse(`, column ${name}`, 'is not UTF-8', Buffer.from(field.subarray(0, 40)).toString('latin1'));
      }
      continue;
    }
    const values = type === 'int' ? new Int32Array(length) : new Float32Array(length);
    const wrong = parseNumbers(field, values);
    if (wrong !== undefined) throw refuse(`, column ${name}`, wrong.problem, wrong.found);
    numbers.set(name, values);
  }
  return { row, numbers, texts };
}
