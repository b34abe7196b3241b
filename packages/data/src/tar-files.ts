import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type TarHeader, unpackTar } from 'modern-tar';
import type { DataFile } from './data-file.ts';
import { PieceReader } from './piece-reader.ts';

/** A file, link or folder of a tar file. Its body can be read until the next entry is asked for. */
export interface TarEntry {
  readonly name: string;
  /** E.g. `file`, `link`, `symlink`, `directory`. */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** Target of a link; else empty. */
  readonly target: string;
  /** The whole body, in memory of its own. */
  read(): Promise<Uint8Array>;
  /** At most the first bytes of the body. */
  head(most: number): Promise<Uint8Array>;
}

const block = 512;
/** Descriptions of the next entry, or of all that follow (`g`): names that are too long for a header, and more. */
const descriptions = new Set(Array.from('xgLK', (letter) => letter.charCodeAt(0)));
const globalDescription = 'g'.charCodeAt(0);
/** More is no description; modern-tar has the same limit. */
const longestDescription = 2 ** 23;

/**
 * The entries of a tar file in order; gzip is recognised by its first bytes, regardless of the file name. What is not
 * read of an entry is skipped. modern-tar decodes the headers; its stream of bodies takes several times as long.
 *
 * @throws errors of the file system and of zlib, and Error for a file that is truncated or damaged
 */
export async function* tarEntries(file: DataFile): AsyncGenerator<TarEntry> {
  const isZipped = await isGzip(file);
  // Errors of the file and the gzip stream reach the reader of it; the callback only keeps them from being thrown.
  const unzipped = isZipped
    ? pipeline(file.stream(), createGunzip({ chunkSize: 1 << 18 }), () => undefined)
    : undefined;
  const reader = new PieceReader(unzipped ?? file.pieces());
  let globals: readonly Uint8Array[] = [];
  let described: Uint8Array[] = [];
  try {
    while (true) {
      const header = await take(reader, block);
      if (isZero(header)) return await readEnd(reader);
      assertChecksum(header);
      const type = header[156] as number;
      if (descriptions.has(type)) {
        const description = await readDescription(reader, header);
        // All at once: a small gzip file can hold any number of them.
        const kept = [...globals, ...described, description].reduce((sum, { length }) => sum + length, 0);
        if (kept > 2 * longestDescription) throw new Error('Too many descriptions in a tar file.');
        if (type === globalDescription) globals = [...globals, description];
        else described.push(description);
        continue;
      }
      const { name, type: kind = 'file', size, linkname = '' } = await decode([...globals, ...described, header]);
      described = [];
      // Its next entry is where the body ends, also if less was read.
      const end = reader.position + padded(size);
      const isWhole = (bytes: Uint8Array | undefined): Uint8Array => bytes ?? truncated();
      yield {
        name,
        type: kind,
        size,
        target: linkname,
        read: async () => isWhole(await reader.copy(size)),
        head: async (most) => isWhole(await reader.copy(Math.min(most, size))),
      };
      if (!(await reader.skip(end - reader.position))) truncated();
    }
  } finally {
    await reader.close();
  }
}

/** A header that describes others, with its body. */
async function readDescription(reader: PieceReader, header: Uint8Array): Promise<Uint8Array> {
  const first = Uint8Array.from(header);
  const size = octal(first, 124, 136);
  if (size === undefined || size > longestDescription) throw new Error('Invalid size of a tar header.');
  const body = await take(reader, padded(size));
  return Buffer.concat([first, body]);
}

/** The description of an entry; modern-tar reads it as an archive that ends after the header. */
async function decode(blocks: readonly Uint8Array[]): Promise<TarHeader> {
  const [entry] = await unpackTar(blocks.length === 1 ? (blocks[0] as Uint8Array) : Buffer.concat(blocks));
  if (entry === undefined) throw new Error('Invalid tar header.');
  return entry.header;
}

/** Two blocks of zeros end a tar file; nothing but zeros follows. */
async function readEnd(reader: PieceReader): Promise<void> {
  if (!isZero(await take(reader, block))) throw new Error('Invalid tar header.');
  for (let rest = await reader.rest(); rest !== undefined; rest = await reader.rest())
    if (!isZero(rest)) throw new Error('Invalid end of the tar file.');
}

async function take(reader: PieceReader, count: number): Promise<Uint8Array> {
  return (await reader.take(count)) ?? truncated();
}

function truncated(): never {
  throw new Error('Tar archive is truncated.');
}

/** The header's own sum of its bytes, its place counted as spaces. */
function assertChecksum(header: Uint8Array): void {
  let sum = 0;
  for (let at = 0; at < block; at++) sum += at >= 148 && at < 156 ? 0x20 : (header[at] as number);
  if (octal(header, 148, 156) !== sum) throw new Error('Invalid tar header checksum.');
}

/** A number in a header: octal digits up to a zero byte, and spaces. */
function octal(header: Uint8Array, start: number, end: number): number | undefined {
  const text = String.fromCharCode(...header.subarray(start, end)).split('\0', 1)[0] ?? '';
  return /^ *[0-7]+ *$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes.every((byte) => byte === 0);
}

function padded(size: number): number {
  return Math.ceil(size / block) * block;
}

async function isGzip(file: DataFile): Promise<boolean> {
  const [first, second] = await file.read(0, 2);
  return first === 0x1f && second === 0x8b;
}
