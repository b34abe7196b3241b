import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';

/**
 * The entries of a tar file in order; gzip is recognised by its first bytes, regardless of the file name.
 * Read the body of each entry to its end, with `readBody` or `drainBody`, before requesting the next entry: after a
 * cancelled body, modern-tar 0.8.6 hangs if the next entry needs another chunk of the file.
 *
 * @throws errors of the file system, zlib or modern-tar, for a file that is truncated or damaged
 */
export async function* tarEntries(path: string): AsyncGenerator<ParsedTarEntry> {
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  // Errors of the file and the gzip stream reach the reader of `plain`; the callback only keeps them from being thrown.
  const plain = (await isGzip(path)) ? pipeline(file, createGunzip({ chunkSize: 1 << 18 }), () => undefined) : file;
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

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
