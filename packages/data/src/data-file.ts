import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';
import type { PictureAddresses } from './remote/picture-addresses.ts';

/** A file with products, on this machine or behind an address. */
export interface DataFile {
  /** Its path, or its address without passwords and signatures. */
  readonly path: string;
  /** Without its folder. */
  readonly name: string;
  /** What holds it: paths of pictures are relative to that. */
  readonly folder: string;
  /** In bytes. @throws Error if it cannot be read */
  size(): Promise<number>;
  /** The bytes from `start` up to `end`, which it does not include; fewer where the file ends. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** All bytes, in pieces that are valid until the next one is asked for: their memory is used again. */
  pieces(): AsyncIterable<Uint8Array>;
  /** All bytes, for what needs a stream of Node. */
  stream(): Readable;
  /** Stands for the contents in a fingerprint: it changes if they do. Absent: the contents themselves do. */
  readonly version?: string | undefined;
  /** Where the pictures in its rows are; absent for a file on this machine, whose pictures are files. */
  readonly pictures?: PictureAddresses;
}

/** Large pieces: fewer turns of the event loop. */
const pieceBytes = 2 ** 18;

/** A file on this machine. */
export function localFile(path: string): DataFile {
  return {
    path,
    name: basename(path),
    folder: dirname(path),
    async size() {
      const found = await stat(path);
      if (!found.isFile()) throw new Error('not a file');
      return found.size;
    },
    async read(start, end) {
      const bytes = new Uint8Array(end - start);
      const file = await open(path);
      try {
        for (let at = 0; at < bytes.length; ) {
          const { bytesRead } = await file.read(bytes, { offset: at, position: start + at });
          if (bytesRead === 0) return bytes.subarray(0, at);
          at += bytesRead;
        }
        return bytes;
      } finally {
        await file.close();
      }
    },
    async *pieces() {
      const buffer = new Uint8Array(pieceBytes);
      const file = await open(path);
      try {
        for (let position = 0; ; ) {
          const { bytesRead } = await file.read(buffer, { position });
          if (bytesRead === 0) return;
          yield buffer.subarray(0, bytesRead);
          position += bytesRead;
        }
      } finally {
        await file.close();
      }
    },
    stream: () => createReadStream(path, { highWaterMark: pieceBytes }),
  };
}
