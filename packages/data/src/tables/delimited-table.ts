import { extname } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { fileKind, KaleidoError } from '@kaleido/foundation';
import { CsvError, type Options, parse } from 'csv-parse';
import { parse as parseAtOnce } from 'csv-parse/sync';
import type { DataFile } from '../data-file.ts';
import type { Table, TableRow, UnreadableRow } from './table.ts';
import { decoderLabel, firstBytes, type TextEncodingName, textPieces } from './text-encoding.ts';

export interface DelimitedTableOptions {
  /** Default: UTF-8. UTF-16 is recognised by its byte order mark. */
  readonly encoding?: TextEncodingName | undefined;
  /** Default: the one of `, ; tab |` that cuts the first rows into the most columns, as many in each. */
  readonly delimiter?: string | undefined;
}

/** The most characters of a row: a quote that is never closed must not fill the memory. */
const largestRow = 2 ** 24;
/** Enough for some hundred rows. */
const sampleBytes = 2 ** 16;
const delimiters = [',', ';', '\t', '|'];

/** A quote inside a value without quotes is text: `5" heel`. */
const form: Options = { relax_column_count: true, relax_quotes: true, skip_empty_lines: true, bom: true };

/**
 * A CSV or TSV file with a header. A value in quotes may hold delimiters and line breaks. A row with another number of
 * fields than the header is unreadable; empty lines are skipped.
 * @throws KaleidoError for an empty file, one of another kind, a column name that is there twice, another encoding; and, while rows are read,
 *   for a quote that is never closed, with the line of its row
 */
export async function openDelimitedTable(file: DataFile, options: DelimitedTableOptions = {}): Promise<Table> {
  const { encoding = 'utf-8' } = options;
  await refuseOtherKind(file);
  const delimiter = options.delimiter ?? (await findDelimiter(file, encoding));
  const columns = await headerOf(file, encoding, delimiter);
  const { path, name, folder, pictures } = file;
  return {
    path,
    name,
    folder,
    ...(pictures === undefined ? {} : { pictures }),
    columns: columns.filter((column) => column !== ''),
    async *rows() {
      let number = 0;
      for await (const { fields, line } of records(file, encoding, delimiter)) {
        if (number > 0) yield rowOf(columns, fields, number, `line ${line} of ${name}`);
        number++;
      }
    },
  };
}

/** A download that failed, or a spreadsheet under the name of a table. */
async function refuseOtherKind(file: DataFile): Promise<void> {
  const kind = fileKind(await firstBytes(file, 512));
  if (kind === undefined || kind.group === 'lost') return;
  if (kind.group === 'text' && !['text/html', 'application/xml'].includes(kind.mediaType)) return;
  throw new KaleidoError({
    source: 'data',
    problem: `${file.path} is not a table as text`,
    found: kind.name,
    advice: 'save it as CSV or TSV, or download it again',
  });
}

async function headerOf(file: DataFile, encoding: TextEncodingName, delimiter: string): Promise<string[]> {
  for await (const { fields } of records(file, encoding, delimiter)) {
    const columns = fields.map((column) => column.trim());
    const twice = columns.find((column, index) => column !== '' && columns.indexOf(column) < index);
    if (twice === undefined) return columns;
    throw new KaleidoError({
      source: 'data',
      problem: `${file.path} has more than one column "${twice}"`,
      found: columns,
      advice: 'rename or remove all but one',
    });
  }
  throw new KaleidoError({
    source: 'data',
    problem: `${file.path} is empty`,
    advice: 'give a file whose first line names its columns',
  });
}

function rowOf(
  columns: readonly string[],
  fields: readonly string[],
  number: number,
  place: string,
): TableRow | UnreadableRow {
  if (fields.length !== columns.length) {
    const problem = `has ${fields.length} fields instead of ${columns.length}`;
    return { place, problem };
  }
  const values = new Map<string, unknown>();
  for (const [index, column] of columns.entries()) if (column !== '') values.set(column, fields[index]);
  return { place, number, values };
}

/** The fields of each record, and the line on which it begins, from 1. */
async function* records(
  file: DataFile,
  encoding: TextEncodingName,
  delimiter: string,
): AsyncGenerator<{ readonly fields: string[]; readonly line: number }> {
  let wrongBreaks = 0;
  let lines = 0;
  /** The lines on which rows begin that are parsed and not yet read. */
  const starts: number[] = [];
  // Called while the text is parsed: rows that wait to be read count for the line of an error too.
  const number = (fields: string[], info: { readonly lines: number }): string[] => {
    const quoted = fields.filter((field) => field.includes('\n'));
    // csv-parse 7.0.3 counts CRLF inside quotes as two lines.
    wrongBreaks += count(quoted, /\r\n/g);
    lines = info.lines - wrongBreaks;
    starts.push(lines - count(quoted, /\n/g));
    return fields;
  };
  // The callback only keeps errors from being thrown twice: the reader of the parser receives them.
  const parser = pipeline(
    Readable.from(textPieces(file, encoding)),
    parse({ ...form, delimiter, on_record: number, max_record_size: largestRow }),
    () => undefined,
  );
  try {
    for await (const fields of parser as AsyncIterable<string[]>) yield { fields, line: starts.shift() ?? lines };
  } catch (error) {
    throw error instanceof CsvError ? unreadable(file.path, lines + 1, error) : error;
  } finally {
    parser.destroy();
  }
}

function count(texts: readonly string[], pattern: RegExp): number {
  return texts.reduce((sum, text) => sum + (text.match(pattern)?.length ?? 0), 0);
}

function unreadable(path: string, line: number, error: CsvError): KaleidoError {
  const isOpen = error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE';
  return new KaleidoError({
    source: 'data',
    problem: isOpen
      ? `${path}, line ${line}: a quote opens in this row and is not closed`
      : `${path}, line ${line}: cannot be read`,
    found: error.message,
    advice: isOpen ? 'close it, or write a quote inside quotes twice' : 'correct the line',
    cause: error,
  });
}

/** Cuts the first rows with each delimiter; ties go to the usual one of the extension. */
async function findDelimiter(file: DataFile, encoding: TextEncodingName): Promise<string> {
  const head = await firstBytes(file, sampleBytes);
  const text = new TextDecoder(decoderLabel(head, encoding)).decode(head);
  const isTab = /^\.(?:tsv|tab)$/i.test(extname(file.name));
  const [best] = [...delimiters]
    .sort((a, b) => Number(isTab && b === '\t') - Number(isTab && a === '\t'))
    .map((delimiter) => ({ delimiter, columns: evenColumns(text, delimiter) }))
    .sort((a, b) => b.columns - a.columns);
  return best?.delimiter ?? ',';
}

/** The columns of the header, if half of the sampled rows have as many; else 1. */
function evenColumns(text: string, delimiter: string): number {
  const rows: string[][] = [];
  try {
    parseAtOnce(text, { ...form, delimiter, on_record: (row: string[]) => void rows.push(row), to: 100 });
  } catch {
    // The sample may end inside quotes; the rows before are enough.
  }
  const columns = rows[0]?.length ?? 1;
  const even = rows.filter(({ length }) => length === columns).length;
  return 2 * even >= rows.length ? columns : 1;
}
