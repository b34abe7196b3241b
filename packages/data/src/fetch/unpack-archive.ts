import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { KaleidoError } from '@kaleido/foundation';
import { createTarDecoder } from 'modern-tar';
import { openPromise } from 'yauzl';
import { type ArchiveKind, staysInside } from './manifest.ts';

/** The most files in an archive. */
const mostEntries = 1_000_000;

export interface UnpackOptions {
  readonly kind: ArchiveKind;
  /** The most bytes of all files together. */
  readonly most: number;
}

/**
 * Unpacks an archive into a new folder; the folder gets its name when it is complete.
 *
 * The archive is not trusted: its files are written below the folder or not at all, links and devices are skipped, and
 * at most `most` bytes are written, regardless of its headers.
 *
 * @returns the names of skipped entries; undefined if the folder already existed
 * @throws KaleidoError for a damaged archive, a path that leads outside, two files of one name, and a too large archive
 */
export async function unpackArchive(
  archive: string,
  folder: string,
  options: UnpackOptions,
): Promise<readonly string[] | undefined> {
  const there = await stat(folder).catch(() => undefined);
  if (there !== undefined) return undefined;
  const temporary = `${folder}.part`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  try {
    const left: string[] = [];
    await unpackInto(archive, temporary, options, left);
    await rename(temporary, folder);
    return left;
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    if (KaleidoError.isInstance(cause)) throw cause;
    throw refusal(archive, 'is cut off or damaged', cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function unpackInto(
  archive: string,
  folder: string,
  { kind, most }: UnpackOptions,
  left: string[],
): Promise<void> {
  let bytes = 0;
  let entries = 0;
  const write = async (name: string, content: AsyncIterable<Uint8Array>): Promise<void> => {
    const path = name.replace(/^(?:\.\/)+/, '');
    if (path === '' || !staysInside(path)) throw refusal(archive, 'has a file whose path leads outside', name);
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    const counted = async function* () {
      for await (const chunk of content) {
        bytes += chunk.length;
        if (bytes > most) throw refusal(archive, `unpacks to more than ${most} bytes`, `within ${name}`);
        yield chunk;
      }
    };
    // An existing file is from this archive: a second one of that name would overwrite it.
    await pipeline(counted, createWriteStream(target, { flags: 'wx' })).catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === 'EEXIST' ? refusal(archive, 'has two files of one name', name, cause) : cause;
    });
  };
  const count = (): void => {
    if (++entries > mostEntries) throw refusal(archive, `has more than ${mostEntries} files`, entries);
  };
  switch (kind) {
    case 'tar':
    case 'tar.gz': {
      const file = Readable.toWeb(createReadStream(archive)) as ReadableStream<Uint8Array>;
      const tar =
        kind === 'tar'
          ? file
          : file.pipeThrough(
              new DecompressionStream('gzip') as unknown as ReadableWritablePair<Uint8Array, Uint8Array>,
            );
      for await (const { header, body } of tar.pipeThrough(createTarDecoder({ strict: true }))) {
        count();
        if (header.type === 'file') await write(header.name, body as unknown as AsyncIterable<Uint8Array>);
        else {
          await body.cancel();
          if (header.type !== 'directory') left.push(header.name);
        }
      }
      return;
    }
    case 'zip': {
      const zip = await openPromise(archive, { lazyEntries: true, autoClose: false });
      try {
        for await (const entry of zip.eachEntry()) {
          count();
          // Unix stores the kind of a file in the upper half; links are 0xa000.
          const isLink = ((entry.externalFileAttributes >>> 16) & 0xf000) === 0xa000;
          if (entry.fileName.endsWith('/')) continue;
          if (isLink) left.push(entry.fileName);
          else await write(entry.fileName, await zip.openReadStreamPromise(entry));
        }
      } finally {
        zip.close();
      }
      return;
    }
    default:
      kind satisfies never;
  }
}

function refusal(archive: string, problem: string, found: unknown, cause?: unknown): KaleidoError {
  return new KaleidoError({
    source: 'data',
    problem: `the archive ${archive} ${problem}`,
    found,
    advice: 'nothing was unpacked; report it to the author of the archive',
    cause,
  });
}
