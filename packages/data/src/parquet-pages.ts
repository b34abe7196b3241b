import { type ColumnMetaData, type Compressors, type FileMetaData, parquetSchema } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getTreePath } from 'hyparquet/src/schema.js';
import { mostUnpacked } from './parquet-compressors.ts';

/** A column of values in a row group, as far as its pages depend on it. */
export interface PageColumn {
  readonly metadata: ColumnMetaData;
  /** Its bytes in the file. */
  readonly start: number;
  readonly end: number;
  /** The highest level of repetition, and of definition: 0 for a column that is always there. */
  readonly repetition: number;
  readonly definition: number;
}

/** The columns of a row group that are read. @param names of the columns of the table */
export function pageColumns(metadata: FileMetaData, group: number, names: readonly string[]): PageColumn[] {
  const tree = parquetSchema(metadata);
  return (metadata.row_groups[group]?.columns ?? []).flatMap(({ meta_data: chunk }) => {
    if (chunk === undefined || !names.includes(chunk.path_in_schema[0] ?? '')) return [];
    const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
    const path = getTreePath(tree, chunk.path_in_schema);
    return {
      metadata: chunk,
      start,
      end: start + Number(chunk.total_compressed_size),
      repetition: getMaxRepetitionLevel(path),
      definition: getMaxDefinitionLevel(path),
    };
  });
}

/** Writers fill the last run up to a multiple of 8; more is damage. */
const mostSurplus = 2 ** 16;

/**
 * Checks the pages of a column before they are decoded: their sizes and counts, and the lengths of their runs of levels
 * and dictionary indices. hyparquet 1.31.5 believes these: a damaged run of 2^30 values would be written out. What all
 * pages unpack to is bounded by the footer's number and, as that may be wrong too, by the bytes that are there.
 *
 * Pages with levels or indices are unpacked here and again by hyparquet, which copies the bytes that it is given, so that
 * no page can be recognised by its place.
 * @param bytes whole pages
 * @throws Error for the first number that does not fit, and as `decompressPage` does
 */
export function assertPages(bytes: Uint8Array, column: PageColumn, compressors: Compressors): void {
  const { metadata } = column;
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  const mostValues = Number(metadata.num_values);
  const mostBytes = Number(metadata.total_uncompressed_size);
  let left = mostUnpacked(bytes.length);
  // As hyparquet: a single byte is no page.
  while (reader.offset < bytes.length - 1) {
    const header = parquetHeader(reader);
    const { type, compressed_page_size: stored, uncompressed_page_size: size } = header;
    assertNumber('bytes of a page', stored, bytes.length - reader.offset);
    assertNumber('unpacked bytes of a page', size, Math.min(mostBytes, left));
    left -= size;
    const page = bytes.subarray(reader.offset, reader.offset + stored);
    reader.offset += stored;
    if (type === 'DICTIONARY_PAGE')
      // A value has one bit or more.
      assertNumber('values of a dictionary', header.dictionary_page_header?.num_values, 8 * size);
    else if (type === 'DATA_PAGE') {
      const found = header.data_page_header;
      assertNumber('values of a page', found?.num_values, mostValues);
      const isDictionary = isIndexed(found?.encoding);
      if (column.repetition + column.definition === 0 && !isDictionary) continue;
      const values = decompressPage(page, size, metadata.codec, compressors);
      const count = found?.num_values as number;
      const runs = new Runs(values, 0);
      if (column.repetition > 0) runs.levels(column.repetition, count);
      const there = column.definition > 0 ? runs.levels(column.definition, count) : count;
      if (isDictionary) runs.indices(metadata.type, there);
    } else if (type === 'DATA_PAGE_V2') {
      const found = header.data_page_header_v2;
      assertNumber('values of a page', found?.num_values, mostValues);
      assertNumber('nulls of a page', found?.num_nulls, found?.num_values as number);
      const [repetition, definition] = [found?.repetition_levels_byte_length, found?.definition_levels_byte_length];
      assertNumber('bytes of levels', repetition, stored);
      assertNumber('bytes of levels', definition, stored - (repetition as number));
      const count = found?.num_values as number;
      if (column.repetition > 0) new Runs(page, 0).read(bitWidth(column.repetition), count);
      if (column.definition > 0) new Runs(page, repetition as number).read(bitWidth(column.definition), count);
      if (!isIndexed(found?.encoding)) continue;
      const levels = (repetition as number) + (definition as number);
      const packed = page.subarray(levels);
      const values =
        found?.is_compressed === false ? packed : decompressPage(packed, size - levels, metadata.codec, compressors);
      new Runs(values, 0).indices(metadata.type, count - (found?.num_nulls as number));
    }
  }
}

function isIndexed(encoding: string | undefined): boolean {
  return encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY' || encoding === 'RLE';
}

function bitWidth(most: number): number {
  return 32 - Math.clz32(most);
}

function assertNumber(what: string, found: number | undefined, most: number): void {
  if (found === undefined || !(found >= 0 && found <= most)) throw new Error(`${found} ${what}, of ${most} at most`);
}

/** Runs of numbers of a few bits: a number that repeats, or groups of eight. */
class Runs {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Levels behind their length. @returns how many are the highest one */
  levels(most: number, count: number): number {
    const length = this.#length();
    const end = this.#at + length;
    const highest = this.read(bitWidth(most), count, most);
    this.#at = end;
    return highest;
  }

  /** Indices of a dictionary behind their width, or truth values behind their length. */
  indices(type: string, count: number): void {
    if (type === 'BOOLEAN') {
      this.#length();
      this.read(1, count);
    } else {
      const width = this.#bytes[this.#at++] ?? 0;
      if (width > 32) throw new Error(`indices of ${width} bits`);
      // hyparquet reads none of them.
      if (width > 0) this.read(width, count);
    }
  }

  /** @returns how many numbers are `wanted`, of runs that are whole */
  read(width: number, count: number, wanted = -1): number {
    let found = 0;
    // Beyond its end hyparquet itself refuses to read.
    for (let seen = 0; seen < count && this.#at < this.#bytes.length; ) {
      const header = this.#variable();
      const isPacked = header % 2 === 1;
      const length = isPacked ? Math.floor(header / 2) * 8 : Math.floor(header / 2);
      if (length > count - seen + mostSurplus) throw new Error(`a run of ${length} values, of ${count - seen} at most`);
      if (isPacked) {
        if (wanted >= 0) found += this.#packed(width, Math.min(length, count - seen), wanted);
        this.#at += (length / 8) * width;
      } else {
        const bytes = Math.ceil(width / 8);
        let value = 0;
        for (let byte = 0; byte < bytes; byte++) value += (this.#bytes[this.#at + byte] ?? 0) * 2 ** (8 * byte);
        if (value === wanted) found += Math.min(length, count - seen);
        this.#at += bytes;
      }
      seen += length;
    }
    return found;
  }

  #packed(width: number, count: number, wanted: number): number {
    let found = 0;
    for (let index = 0; index < count; index++) {
      let value = 0;
      for (let bit = 0; bit < width; bit++) {
        const place = index * width + bit;
        value |= (((this.#bytes[this.#at + (place >> 3)] ?? 0) >> (place & 7)) & 1) << bit;
      }
      if (value === wanted) found++;
    }
    return found;
  }

  #length(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#bytes.subarray(this.#at, this.#at + 4);
    this.#at += 4;
    return a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24;
  }

  /** Seven bits a byte, the lowest first. */
  #variable(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Error('a run of more values than a number can say');
  }
}
