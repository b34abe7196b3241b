import { ByteReader, ByteWriter, type Refuse } from '@kaleido/foundation';
import { crc32c, masked } from './crc32c.ts';

// A LevelDB table, as TensorFlow writes it: blocks of entries whose keys omit the prefix shared with the previous key,
// a block with the places of these blocks, and a footer with the place of that block.
// https://github.com/tensorflow/tensorflow/tree/v2.15.1/tensorflow/core/lib/io (table_format.txt of LevelDB)

const magic = 0xdb4775248b80fb57n;
const footerBytes = 48;
/** After each block: whether it is compressed, and its checksum. */
const trailerBytes = 5;
/** Longer keys are not names of variables; without a limit, a short file could claim endless keys. */
const longestKey = 4096;
/** Entries from one key stored in full to the next, and the least bytes of a block, as in TensorFlow. */
const restartInterval = 16;
const blockBytes = 262_144;

export interface TableEntry {
  readonly key: string;
  readonly value: Uint8Array;
}

/** The entries of a table in order. @throws what `refuse` makes, for an invalid table */
export function readTable(file: Uint8Array, refuse: Refuse): TableEntry[] {
  if (file.length < footerBytes) throw refuse('it is shorter than its footer', `${file.length} bytes`);
  const footer = new ByteReader(file.subarray(file.length - footerBytes), refuse);
  const [, index] = [readHandle(footer), readHandle(footer)];
  footer.take(footer.left - 8);
  if (footer.fixed64() !== magic) throw refuse('it does not end as an index does');
  const entries: TableEntry[] = [];
  let last = '';
  for (const { value } of readBlock(blockAt(file, index, refuse), refuse))
    for (const entry of readBlock(blockAt(file, readHandle(new ByteReader(value, refuse)), refuse), refuse)) {
      if (entries.length > 0 && !isBefore(last, entry.key))
        throw refuse('it names a variable twice, or not in order', entry.key);
      last = entry.key;
      entries.push(entry);
    }
  return entries;
}

interface Handle {
  readonly offset: number;
  readonly size: number;
}

function readHandle(reader: ByteReader): Handle {
  return { offset: reader.varint(), size: reader.varint() };
}

/** The bytes of a block, after a check of its checksum. */
function blockAt(file: Uint8Array, { offset, size }: Handle, refuse: Refuse): Uint8Array {
  const end = offset + size + trailerBytes;
  if (end > file.length - footerBytes) throw refuse('a block reaches past its end', `${end} of ${file.length} bytes`);
  const block = file.subarray(offset, offset + size);
  const trailer = new ByteReader(file.subarray(offset + size, end), refuse);
  const [compression] = trailer.take(1) as unknown as [number];
  if (masked(crc32c(file.subarray(offset, offset + size + 1))) !== trailer.fixed32())
    throw refuse('the checksum of a block is wrong', `at ${offset}`);
  if (compression !== 0) throw refuse('a block is compressed, which TensorFlow does not do', compression);
  return block;
}

function* readBlock(block: Uint8Array, refuse: Refuse): Generator<TableEntry> {
  if (block.length < 4) throw refuse('a block is empty');
  const restarts = new DataView(block.buffer, block.byteOffset, block.byteLength).getUint32(block.length - 4, true);
  const end = block.length - 4 - 4 * restarts;
  if (end < 0) throw refuse('a block claims more restarts than it has bytes', restarts);
  const reader = new ByteReader(block.subarray(0, end), refuse);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let key = new Uint8Array(0);
  while (reader.left > 0) {
    const [shared, own, length] = [reader.varint(), reader.varint(), reader.varint()];
    if (shared > key.length) throw refuse('a name shares more with the one before than that has', shared);
    if (shared + own > longestKey) throw refuse('a name is too long', shared + own);
    const next = new Uint8Array(shared + own);
    next.set(key.subarray(0, shared));
    next.set(reader.take(own), shared);
    key = next;
    let text: string;
    try {
      text = decoder.decode(key);
    } catch {
      throw refuse('a name is not UTF-8');
    }
    yield { key: text, value: reader.take(length) };
  }
}

/** The order of the table: by UTF-8 bytes, which is that of code points. */
export function isBefore(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}

/** A table of entries that are already in order. */
export function writeTable(entries: readonly TableEntry[]): Uint8Array {
  const file = new ByteWriter();
  const index = new BlockWriter();
  let block = new BlockWriter();
  const append = (content: Uint8Array): ByteWriter => {
    const handle = new ByteWriter().varint(file.length).varint(content.length);
    const withKind = new Uint8Array(content.length + 1);
    withKind.set(content);
    file.append(withKind).fixed32(masked(crc32c(withKind)));
    return handle;
  };
  for (const [i, { key, value }] of entries.entries()) {
    block.add(key, value);
    if (block.length < blockBytes && i + 1 < entries.length) continue;
    index.add(separator(key, entries[i + 1]?.key), append(block.finish()).bytes());
    block = new BlockWriter();
  }
  const footer = new ByteWriter().append(append(new BlockWriter().finish()).bytes());
  footer.append(append(index.finish()).bytes());
  footer.append(new Uint8Array(footerBytes - 8 - footer.length));
  footer.fixed32(Number(magic & 0xffffffffn)).fixed32(Number(magic >> 32n));
  return file.append(footer.bytes()).bytes();
}

/** A short key between the last one of a block and the first of the next: as in LevelDB, so that files are equal. */
function separator(last: string, next: string | undefined): Uint8Array {
  const [a, b] = [last, next ?? ''].map((text) => new TextEncoder().encode(text)) as [Uint8Array, Uint8Array];
  let same = 0;
  if (next !== undefined) while (same < Math.min(a.length, b.length) && a[same] === b[same]) same++;
  // No key follows the last block.
  else while (a[same] === 0xff) same++;
  const larger = (a[same] ?? 0xff) + 1;
  if (same >= a.length || larger > 0xff || (next !== undefined && larger >= (b[same] ?? 0))) return a;
  const short = a.slice(0, same + 1);
  short[same] = larger;
  return short;
}

class BlockWriter {
  readonly #content = new ByteWriter();
  readonly #restarts: number[] = [];
  #last: Uint8Array = new Uint8Array(0);
  #entries = 0;

  get length(): number {
    return this.#content.length;
  }

  add(name: string | Uint8Array, value: Uint8Array): void {
    const key = typeof name === 'string' ? new TextEncoder().encode(name) : name;
    let shared = 0;
    if (this.#entries++ % restartInterval === 0) this.#restarts.push(this.#content.length);
    else while (shared < this.#last.length && this.#last[shared] === key[shared]) shared++;
    this.#content
      .varint(shared)
      .varint(key.length - shared)
      .varint(value.length)
      .append(key.subarray(shared))
      .append(value);
    this.#last = key;
  }

  finish(): Uint8Array {
    const restarts = this.#restarts.length === 0 ? [0] : this.#restarts;
    for (const restart of restarts) this.#content.fixed32(restart);
    return this.#content.fixed32(restarts.length).bytes();
  }
}
