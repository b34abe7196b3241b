import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, win32 } from 'node:path';
import { KaleidoError, type Refuse, type StoredTensor } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import { type BundleEntry, readEntry, readHeader, writeEntry, writeHeader } from './bundle-entry.ts';
import { crc32c, masked } from './crc32c.ts';
import { isBefore, readTable, type TableEntry, writeTable } from './index-table.ts';
import { refusals } from './refusals.ts';

/** The index of BERT's base size with the optimiser's slots is 70 kB. */
const largestIndex = 64 * 2 ** 20;

/**
 * A TensorFlow V2 checkpoint, as `tf.compat.v1.train.Saver` writes it: `PREFIX.index` and `PREFIX.data-00000-of-00001`.
 * Opening reads only the index; each variable is read on request, and its checksum is verified.
 */
export class TensorflowCheckpoint {
  /** Path without `.index`. */
  readonly prefix: string;
  /** The variables of types that are read here, by name and in the index's order. */
  readonly entries: ReadonlyMap<string, BundleEntry>;
  /** The names of variables of other types: lists of strings, doubles. */
  readonly unread: readonly string[];
  readonly #shards: number;
  readonly #files = new Map<number, FileHandle>();
  readonly #refuse: Refuse;

  private constructor(
    prefix: string,
    shards: number,
    entries: ReadonlyMap<string, BundleEntry>,
    unread: readonly string[],
    refuse: Refuse,
  ) {
    this.prefix = prefix;
    this.entries = entries;
    this.unread = unread;
    this.#shards = shards;
    this.#refuse = refuse;
  }

  /**
   * @param path the prefix, its `.index`, or a folder that holds one checkpoint or names the last one in `checkpoint`
   * @throws KaleidoError for a file that is missing, truncated or damaged
   */
  static async open(path: string): Promise<TensorflowCheckpoint> {
    const prefix = await findPrefix(path);
    const indexPath = `${prefix}.index`;
    const refuse = refusals(indexPath);
    const { size } = await stat(indexPath).catch(unreadable(indexPath));
    if (size > largestIndex) throw refuse(`it is larger than ${largestIndex} bytes`, size);
    const [header, ...variables] = readTable(await readFile(indexPath).catch(unreadable(indexPath)), refuse);
    if (header?.key !== '') throw refuse('it has no header');
    const shards = readHeader(header.value, refuse);
    const entries = new Map<string, BundleEntry>();
    const unread: string[] = [];
    for (const { key, value } of variables) {
      const entry = readEntry(key, value, shards, refuse);
      if (entry === undefined) unread.push(key);
      else entries.set(key, entry);
    }
    const ends = new Map<number, number>();
    for (const { shard, offset, size } of entries.values())
      ends.set(shard, Math.max(ends.get(shard) ?? 0, offset + size));
    for (const [shard, end] of ends) {
      const shardPath = shardName(prefix, shard, shards);
      const { size } = await stat(shardPath).catch(unreadable(shardPath));
      if (size < end) throw refusals(shardPath)(`its index needs ${end} bytes of it`, `${size} bytes`);
    }
    return new TensorflowCheckpoint(prefix, shards, entries, unread, refuse);
  }

  /**
   * The bytes of one variable.
   * @throws KaleidoError for an unknown name, and for bytes whose checksum is wrong
   */
  async read(name: string): Promise<StoredTensor> {
    const entry = this.entries.get(name);
    if (entry === undefined)
      throw new KaleidoError({
        source: 'model',
        problem: `the checkpoint ${this.prefix} has no variable of this name that can be read`,
        found: name,
      });
    const { type, shape, shard, offset, size, checksum } = entry;
    const path = shardName(this.prefix, shard, this.#shards);
    const file = this.#files.get(shard) ?? (await open(path).catch(unreadable(path)));
    this.#files.set(shard, file);
    const bytes = new Uint8Array(size);
    for (let read = 0; read < size; ) {
      const { bytesRead } = await file.read(bytes, read, size - read, offset + read);
      if (bytesRead === 0) throw this.#refuse(`${basename(path)} ends within "${name}"`);
      read += bytesRead;
    }
    if (masked(crc32c(bytes)) !== checksum)
      throw refusals(path)(`the checksum of "${name}" is wrong`, masked(crc32c(bytes)).toString(16));
    return { type, shape, bytes };
  }

  async close(): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    await Promise.all(files.map((file) => file.close()));
  }
}

/**
 * Writes a checkpoint that TensorFlow reads, in one data file, and the `checkpoint` next to it that names the last one.
 * Each file is written whole or not at all, the index after the data.
 * @throws KaleidoError for two variables with the same name, and if a file cannot be written
 */
export async function writeTensorflowCheckpoint(
  prefix: string,
  variables: Iterable<readonly [string, StoredTensor]>,
): Promise<void> {
  const sorted = [...variables].sort(([a], [b]) => (isBefore(a, b) ? -1 : 1));
  const entries: TableEntry[] = [{ key: '', value: writeHeader(1) }];
  let offset = 0;
  for (const [name, { type, shape, bytes }] of sorted) {
    if (name === '' || name === entries.at(-1)?.key)
      throw new KaleidoError({
        source: 'model',
        problem: 'a variable of a checkpoint needs a name of its own',
        found: name,
      });
    const entry = { type, shape, shard: 0, offset, size: bytes.length, checksum: masked(crc32c(bytes)) };
    entries.push({ key: name, value: writeEntry(entry) });
    offset += bytes.length;
  }
  await writeWhole(
    shardName(prefix, 0, 1),
    sorted.map(([, { bytes }]) => bytes),
  );
  await writeWhole(`${prefix}.index`, writeTable(entries));
  const name = JSON.stringify(basename(prefix));
  await writeWhole(
    join(dirname(prefix), 'checkpoint'),
    `model_checkpoint_path: ${name}\nall_model_checkpoint_paths: ${name}\n`,
  );
}

function shardName(prefix: string, shard: number, shards: number): string {
  const digits = (number: number): string => String(number).padStart(5, '0');
  return `${prefix}.data-${digits(shard)}-of-${digits(shards)}`;
}

async function findPrefix(path: string): Promise<string> {
  if (path.endsWith('.index')) return path.slice(0, -'.index'.length);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return path;
  const names = await readdir(path).catch(unreadable(path));
  const prefixes = names.filter((name) => name.endsWith('.index')).map((name) => name.slice(0, -'.index'.length));
  const state = names.includes('checkpoint') ? await readFile(join(path, 'checkpoint'), 'utf8') : '';
  const named = namedCheckpoint(state);
  // After a folder was moved, from Windows too, the base names still match its files.
  const last = named.flatMap((one) => [basename(one), win32.basename(one)]).find((name) => prefixes.includes(name));
  if (last !== undefined) return join(path, last);
  if (prefixes.length === 1) return join(path, prefixes[0] as string);
  const lost = named.length === 0 ? '' : `; its file "checkpoint" names ${JSON.stringify(named[0])}, which is missing`;
  throw new KaleidoError({
    source: 'model',
    problem: `${path} must hold one checkpoint, or a file "checkpoint" that names one${lost}`,
    found: prefixes.length === 0 ? 'no file that ends in .index' : prefixes,
    advice: 'give the path of one of them without .index',
  });
}

/**
 * The path in a file `checkpoint`: a CheckpointState in protocol buffers' text format, as TensorFlow writes it. Then
 * the raw text, for files whose backslashes were written by hand.
 */
function namedCheckpoint(state: string): string[] {
  const quoted = /^\uFEFF?\s*model_checkpoint_path\s*:\s*(["'])((?:\\.|(?!\1)[^\\\r\n])*)\1/m.exec(state)?.[2];
  if (quoted === undefined) return [];
  // Byte escapes: a path on Windows has "\\", one beyond ASCII "\303\251".
  const bytes: number[] = [];
  for (const [whole, octal, character] of quoted.matchAll(/\\([0-7]{1,3})|\\(.)|[^\\]+/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 0xff);
    else bytes.push(...new TextEncoder().encode(character ?? whole));
  }
  return [new TextDecoder().decode(Uint8Array.from(bytes)), quoted];
}

function unreadable(path: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    throw new KaleidoError({
      source: 'model',
      problem: `cannot read ${path}`,
      found: cause.code ?? cause.message,
      advice: 'a checkpoint is a file .index and one or more .data-00000-of-00001 beside it: copy all of them',
      cause,
    });
  };
}
