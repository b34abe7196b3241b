import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import type { DataFile } from './data-file.ts';

/**
 * The entries of a tar file in order; gzip is recognised by its first bytes, regardless of the file name.
 * Read the body of each entry to its end, with `readBody` or `drainBody`, before requesting the next entry: after a
 * cancelled body, modern-tar 0.8.6 hangs if the next entry needs another chunk of the file.
 *
 * @throws errors of the file system, zlib or modern-tar, for a file that is truncated or damaged
 */
export async function* tarEntries(file: DataFile): AsyncGenerator<ParsedTarEntry> {
  const isZipped = await isGzip(file);
  const stored = file.stream();
  // Errors of the file and the gzip stream reach the reader of `plain`; the callback only keeps them from being thrown.
  const plain = isZipped ? pipeline(stored, createGunzip({ chunkSize: 1 << 18 }), () => undefined) : stored;
  // Node's and the platform's stream types differ only in name.
  const bytes = Readable.toWeb(plain) as ReadableStream<Uint8Array>;
  // Strict: otherwise a damaged header would look like the end of the file.
  yield* bytes.pipeThrough(createTarDecoder({ strict: true }));
}

/** The whole body in memory. */
export async function readBody({ body, header }: ParsedTarEntry): Promise<Uint8Array> {
  const bytes = new Uint8Array(header.size);
  let at = 0;
  for await (const chunk of body) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Reads a body to its end and keeps at most its first bytes. */
export async function drainBody({ body }: ParsedTarEntry, keep = 0): Promise<Uint8Array> {
  let head = new Uint8Array(0);
  for await (const chunk of body) {
    if (head.length >= keep) continue;
    const more = chunk.subarray(0, keep - head.length);
    const longer = new Uint8Array(head.length + more.length);
    longer.set(head);
    longer.set(more, head.length);
    head = longer;
  }
  return head;
}

async function isGzip(file: DataFile): Promise<boolean> {
  const [first, second] = await file.read(0, 2);
  return first === 0x1f && second === 0x8b;
}
