import { decodeText } from './decode-text.ts';
import { KaleidoError } from './kaleido-error.ts';
import { parseJson } from './parse-json.ts';

/** Bytes that are read in pieces: of a file on disk, of one picked in a page, or of one behind an URL. */
export interface ByteSource {
  /** What errors call it. */
  readonly name: string;
  /** Total number of bytes. */
  readonly size: number;
  /**
   * A copy of the bytes from `begin` to before `end`.
   * @throws KaleidoError if fewer are available
   */
  read(begin: number, end: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The files of one folder, on disk or elsewhere. */
export interface FolderFiles {
  /** What errors call the folder: its path or URL. */
  readonly name: string;
  /** What errors call a file of the folder. */
  pathOf(file: string): string;
  /**
   * Opens a file; the caller closes it.
   * @returns undefined if there is no such file
   * @throws KaleidoError for a file that exists and cannot be read
   */
  open(file: string): Promise<ByteSource | undefined>;
  /** Why `open` last returned undefined for this file: `ENOENT`, `HTTP 404` or the like. */
  whyAbsent(file: string): string;
}

/** Configurations, vocabularies and the like are much smaller; a larger file is something else under their name. */
const mostBytes = 100_000_000;

/**
 * A whole file of up to 100 MB.
 * @returns undefined if there is no such file
 * @throws KaleidoError for a file that cannot be read, or is larger
 */
export async function readWhole(files: FolderFiles, file: string): Promise<Uint8Array | undefined> {
  const source = await files.open(file);
  if (source === undefined) return undefined;
  try {
    if (source.size > mostBytes)
      throw new KaleidoError({
        source: 'foundation',
        problem: `${source.name} is larger than ${mostBytes.toLocaleString('en')} bytes`,
        found: source.size,
        advice: 'check that it is the right file',
      });
    return await source.read(0, source.size);
  } finally {
    await source.close();
  }
}

/**
 * As `readWhole`, as text.
 * @param source the package that errors name
 * @throws KaleidoError also for a file that is not UTF-8
 */
export async function readText(files: FolderFiles, file: string, source: string): Promise<string | undefined> {
  const bytes = await readWhole(files, file);
  return bytes && decodeText(bytes, { source, name: files.pathOf(file) });
}

/**
 * As `readText`, as the values of a JSON file.
 * @throws KaleidoError also for a file that is not JSON
 */
export async function readJson(
  files: FolderFiles,
  file: string,
  source: string,
  advice = 'copy the file again',
): Promise<unknown> {
  const text = await readText(files, file, source);
  return text === undefined ? undefined : parseJson(text, { source, name: files.pathOf(file) }, advice);
}

/** Bytes that are in memory. */
export function bytesInMemory(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    async read(begin, end) {
      if (end > bytes.byteLength)
        throw new KaleidoError({
          source: 'foundation',
          problem: `${name} is shorter than it must be`,
          found: `${bytes.byteLength} bytes, at least ${end} needed`,
          advice: 'copy it again',
        });
      // Not `slice`, which gives a view where the bytes are a Buffer.
      return new Uint8Array(bytes.subarray(begin, end));
    },
    close: async () => undefined,
  };
}

/** The files of a folder some levels up. */
export function folderAbove(files: FolderFiles, levels: number): FolderFiles {
  const up = '../'.repeat(levels);
  return {
    name: files.pathOf(up),
    pathOf: (file) => files.pathOf(up + file),
    open: (file) => files.open(up + file),
    whyAbsent: (file) => files.whyAbsent(up + file),
  };
}
