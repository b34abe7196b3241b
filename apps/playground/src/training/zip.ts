/** A file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** The version of the format that plain files need. */
const version = 20;
/** Names are UTF-8. */
const utf8Names = 0x0800;
/** 1 January 1980, the first date of the format: the same files give the same archive. */
const date = 0x0021;

/**
 * A ZIP archive whose files are stored as they are: weights hardly shrink, and no library is needed.
 * @throws RangeError for 4 GB and more, which the plain format does not hold
 */
export function zip(entries: readonly ZipEntry[]): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const named = new Uint8Array(new TextEncoder().encode(name));
    const checksum = crc32(content);
    const common = [version, utf8Names, 0, 0, date] as const;
    const sizes = [checksum, content.length, content.length] as const;
    const local = record(0x04034b50, [...common], [...sizes], [named.length, 0]);
    directory.push(
      record(0x02014b50, [version, ...common], [...sizes], [named.length, 0, 0, 0, 0], [0, offset]),
      named,
    );
    parts.push(local, named, content);
    offset += local.length + named.length + content.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  if (offset + size >= 2 ** 32) throw new RangeError('the files are too large for a ZIP archive');
  const end = record(0x06054b50, [0, 0, entries.length, entries.length], [size, offset], [0]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}

/** A signature, then fields of two and four bytes in turn. */
function record(signature: number, ...fields: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  const widths = fields.map((_, index) => (index % 2 === 0 ? 2 : 4));
  const length = fields.reduce((sum, own, index) => sum + own.length * (widths[index] as number), 4);
  const view = new DataView(new ArrayBuffer(length));
  view.setUint32(0, signature, true);
  let at = 4;
  for (const [index, own] of fields.entries())
    for (const value of own) {
      if (widths[index] === 2) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
      at += widths[index] as number;
    }
  return new Uint8Array(view.buffer);
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** The checksum of ZIP archives. */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (table[(value ^ byte) & 0xff] as number) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
