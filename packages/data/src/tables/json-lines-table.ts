import { KaleidoError, otherEncoding, parsePythonJson } from '@kaleido/foundation';
import { UnusableCell } from '../catalogue-row.ts';
import type { DataFile } from '../data-file.ts';
import { readLines } from '../read-lines.ts';
import { decodeWindows1252 } from '../windows-1252.ts';
import type { Table, TableRow, UnreadableRow } from './table.ts';
import { decoderLabel, notInEncoding, type TextEncodingName } from './text-encoding.ts';

const largestLine = 2 ** 24;
/** The rows whose keys become columns; keys that first occur later are not read. */
const sampledRows = 1000;

/**
 * A file with one JSON object a line. Keys of an object inside are columns too: `attributes.colour`. Of a list of texts
 * the first is taken. Lines that are not an object are unreadable; blank ones are skipped.
 * @throws KaleidoError for a file without any object, and while rows are read for another encoding
 */
export async function openJsonLinesTable(
  file: DataFile,
  { encoding = 'utf-8' }: { readonly encoding?: TextEncodingName | undefined } = {},
): Promise<Table> {
  const { path, name, folder, pictures } = file;
  async function* rows(): AsyncGenerator<TableRow | UnreadableRow> {
    let line = 0;
    let number = 0;
    let decoder: TextDecoder | undefined;
    const advice = 'give a file with one JSON object a line';
    for await (const bytes of readLines(file, { largest: largestLine, unit: 'line', advice })) {
      line++;
      const wide = line === 1 ? otherEncoding(bytes) : undefined;
      if (wide?.startsWith('UTF-')) throw notInEncoding(path, 'utf-8', wide);
      const label = decoderLabel(bytes, encoding);
      decoder ??= new TextDecoder('utf-8', { fatal: true });
      let text: string;
      try {
        text = (label === 'windows-1252' ? decodeWindows1252(bytes) : decoder.decode(bytes)).trim();
      } catch (cause) {
        throw notInEncoding(path, label, `line ${line}: ${otherEncoding(bytes)}`, cause);
      }
      if (text === '') continue;
      const place = `line ${line} of ${name}`;
      const read = objectOf(text);
      yield typeof read === 'string' ? { place, problem: read } : { place, number: ++number, values: read };
    }
  }
  const columns = new Set<string>();
  let seen = 0;
  let problem: string | undefined;
  for await (const row of rows()) {
    if ('values' in row) for (const key of row.values.keys()) columns.add(key);
    else problem ??= `${row.place} ${row.problem}`;
    if (++seen === sampledRows) break;
  }
  if (seen === 0)
    throw new KaleidoError({
      source: 'data',
      problem: `${path} is empty`,
      advice: 'give a file with one JSON object a line',
    });
  if (columns.size === 0)
    throw new KaleidoError({
      source: 'data',
      problem: `${path} has no JSON object with fields in its first ${seen} lines`,
      found: problem ?? 'empty objects',
      advice: 'give a file with one JSON object a line',
    });
  return { path, name, folder, ...(pictures === undefined ? {} : { pictures }), columns: [...columns], rows };
}

/** The fields of a JSON object, or what is wrong with it. */
export function objectOf(text: string): Map<string, unknown> | string {
  let value: unknown;
  try {
    value = parsePythonJson(text, { source: 'data', name: 'the line' });
  } catch {
    return 'is not JSON';
  }
  if (Array.isArray(value)) return 'is a JSON list, not an object';
  if (value === null || typeof value !== 'object')
    return `is JSON, but ${value === null ? 'null' : `a ${typeof value}`}`;
  const fields = new Map<string, unknown>();
  for (const [key, one] of Object.entries(value)) {
    if (one !== null && typeof one === 'object' && !Array.isArray(one))
      for (const [inner, deep] of Object.entries(one)) fields.set(`${key}.${inner}`, cellOf(deep));
    else fields.set(key, cellOf(one));
  }
  return fields;
}

function cellOf(value: unknown): unknown {
  if (Array.isArray(value)) return typeof value[0] === 'object' ? undefined : cellOf(value[0]);
  // JSON numbers beyond 2^53 lose digits when they are read: two products could share the rounded one.
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    return new UnusableCell('is a number that has lost digits; write it as text');
  if (value !== null && typeof value === 'object') return undefined;
  return value;
}
