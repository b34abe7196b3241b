import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { packTar } from 'modern-tar';
import { unknownHost } from '../../test/unknown-host.ts';
import { fetchFile } from './fetch-file.ts';
import { type ManifestFile, readManifest } from './manifest.ts';
import { unpackArchive } from './unpack-archive.ts';

const content = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i) % 251));
const sha256 = createHash('sha256').update(content).digest('hex');

let folder = '';
let server: Server;
let address = '';
/** The server's answers by path; the requested ranges. */
let ranges: (string | undefined)[] = [];
let asked = 0;
type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const sliceFor = (request: IncomingMessage): [number, Buffer] => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  return [from, content.subarray(from)];
};
const answers: Record<string, Answer> = {
  '/sound': (request, response) => {
    const [from, rest] = sliceFor(request);
    if (from > 0) response.writeHead(206, { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` });
    response.end(rest);
  },
  // The length is right, but the connection ends when 60,000 bytes have arrived.
  '/cut': (request, response) => {
    const [from, rest] = sliceFor(request);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': rest.length,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
    });
    if (rest.length <= 60_000) response.end(rest);
    else response.write(rest.subarray(0, 60_000), () => void setTimeout(() => response.destroy(), 1000));
  },
  '/no-ranges': (_request, response) => {
    response.writeHead(200, { 'content-length': content.length });
    if (asked > 1) response.end(content);
    else response.write(content.subarray(0, 60_000), () => void setTimeout(() => response.destroy(), 1000));
  },
  // Claims to be complete, and sends half.
  '/short': (_request, response) => void response.end(content.subarray(0, 100_000)),
  '/long': (_request, response) => void response.end(Buffer.concat([content, content])),
  '/changed': (_request, response) => void response.end(Buffer.from(content).fill(7, 100, 101)),
  '/missing': (_request, response) => void response.writeHead(404).end('<html>no such file</html>'),
  '/silent': (_request, response) => void response.write(content.subarray(0, 10)),
  '/busy': (_request, response) => void (asked > 2 ? response.end(content) : response.writeHead(503).end()),
  '/other-range': (request, response) => {
    if (request.headers.range !== undefined) response.writeHead(206, { 'content-range': 'bytes 5-9/10' });
    response.end(content.subarray(0, 60_000));
  },
};

beforeAll(async () => {
  server = createServer((request, response) => {
    asked++;
    ranges.push(request.headers.range);
    (answers[request.url as string] as Answer)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fetch-'));
  ranges = [];
  asked = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const fileAt = (path: string, changes: Partial<ManifestFile> = {}): ManifestFile => ({
  url: `${address}${path}`,
  sha256,
  size: content.length,
  path: 'some/file.bin',
  unpackedSize: 1e6,
  ...changes,
});
const options = { attempts: 3, pause: 0.01, patience: 1 };
const errorOf = async (promise: Promise<unknown>): Promise<string> => {
  const error: unknown = await promise.then(
    () => new Error('nothing was thrown'),
    (caught: unknown) => caught,
  );
  expect(KaleidoError.isInstance(error)).toBe(true);
  return (error as Error).message;
};
const there = (): Promise<string[]> => readdir(join(folder, 'some')).catch(() => []);

describe('fetchFile', () => {
  it('downloads a file, and leaves it unchanged the next time', async () => {
    const bytes: number[] = [];
    expect(await fetchFile(fileAt('/sound'), folder, { ...options, onBytes: (done) => bytes.push(done) })).toBe(false);
    expect((await readFile(join(folder, 'some/file.bin'))).equals(content)).toBe(true);
    expect(await there()).toEqual(['file.bin']);
    expect(bytes.at(-1)).toBe(content.length);
    expect(await fetchFile(fileAt('/sound'), folder, options)).toBe(true);
    expect(asked).toBe(1);
    // Another file with that name and size is overwritten.
    await writeFile(join(folder, 'some/file.bin'), Buffer.alloc(content.length));
    expect(await fetchFile(fileAt('/sound'), folder, options)).toBe(false);
  });

  it('resumes after the connection was interrupted', async () => {
    await fetchFile(fileAt('/cut'), folder, options);
    expect((await readFile(join(folder, 'some/file.bin'))).equals(content)).toBe(true);
    expect(ranges).toEqual([undefined, 'bytes=60000-', 'bytes=120000-', 'bytes=180000-']);
  });

  it('resumes where an earlier process ended', async () => {
    expect(await errorOf(fetchFile(fileAt('/short'), folder, options))).toMatch(
      /\/short stopped after 100000 of 200000 bytes, 3 attempts without progress/,
    );
    expect(await there()).toEqual(['file.bin.part']);
    await fetchFile(fileAt('/sound'), folder, options);
    expect(ranges.at(-1)).toBe('bytes=100000-');
    expect(await there()).toEqual(['file.bin']);
  });

  it('waits for a network that comes back: a host that has answered is not unknown', async () => {
    const spy = jest.spyOn(globalThis, 'fetch').mockImplementationOnce(unknownHost);
    try {
      expect(await errorOf(fetchFile(fileAt('/sound'), folder, options))).toMatch(/ENOTFOUND.*no such host is known/);
      await mkdir(join(folder, 'some'), { recursive: true });
      await writeFile(join(folder, 'some/file.bin.part'), content.subarray(0, 100_000));
      spy.mockImplementationOnce(unknownHost).mockImplementationOnce(unknownHost);
      await fetchFile(fileAt('/sound'), folder, options);
    } finally {
      spy.mockRestore();
    }
    expect(ranges).toEqual(['bytes=100000-']);
    expect((await readFile(join(folder, 'some/file.bin'))).equals(content)).toBe(true);
  });

  it('starts again if the server does not support ranges', async () => {
    await fetchFile(fileAt('/no-ranges'), folder, options);
    expect((await readFile(join(folder, 'some/file.bin'))).equals(content)).toBe(true);
    expect(ranges).toEqual([undefined, 'bytes=60000-']);
  });

  it('retries if the server is busy', async () => {
    await fetchFile(fileAt('/busy'), folder, options);
    expect(asked).toBe(3);
  });

  it.each([
    ['/long', /is longer than the manifest says, 200000 bytes/, ['file.bin.part']],
    ['/changed', /is another file than the manifest says, sha256 [0-9a-f]{64}, found "[0-9a-f]{64}"/, []],
    ['/missing', /was refused, found "status 404"/, []],
    ['/silent', /stopped after 10 of 200000 bytes.*no byte for 1 s/, ['file.bin.part']],
    ['/other-range', /stopped after 60000 of 200000 bytes.*another range/, ['file.bin.part']],
  ])('refuses the response of %s, and keeps no file under that name', async (path, message, left) => {
    expect(await errorOf(fetchFile(fileAt(path), folder, { ...options, attempts: 2 }))).toMatch(message);
    expect(await there()).toEqual(left);
  });

  it('reports that there is no answer', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(closed.address() as AddressInfo).port}/file`;
    await new Promise((resolve) => closed.close(resolve));
    expect(await errorOf(fetchFile(fileAt('', { url }), folder, { ...options, attempts: 2 }))).toMatch(
      /stopped after 0/,
    );
  });

  it('requires enough free space', async () => {
    expect(await errorOf(fetchFile(fileAt('/sound', { size: 2 ** 60 }), folder, options))).toMatch(
      /bytes of free space/,
    );
    expect(asked).toBe(0);
  });

  it('stops when it is aborted', async () => {
    const stop = new AbortController();
    const running = fetchFile(fileAt('/silent'), folder, { ...options, patience: 60, signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(running).rejects.toThrow(/abort/i);
  });
});

describe('readManifest', () => {
  const read = async (files: unknown): Promise<readonly ManifestFile[]> => {
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ files }));
    return readManifest(join(folder, 'manifest.json'));
  };
  const one = { url: 'https://example.org/a/b%20c.zip?x=1', sha256, size: 3 };

  it('fills in defaults', async () => {
    expect(await read([one])).toEqual([{ ...one, path: 'b c.zip', unpackedSize: 60 }]);
  });

  it('accepts a byte order mark, and names any other encoding', async () => {
    const path = join(folder, 'manifest.json');
    const text = `\uFEFF${JSON.stringify({ files: [one] })}`;
    await writeFile(path, text);
    expect(await readManifest(path)).toHaveLength(1);
    await writeFile(path, text, 'utf16le');
    expect(await errorOf(readManifest(path))).toMatch(
      /the manifest .*manifest\.json is not UTF-8 text, found "UTF-16 \(little-endian\)"; save it as UTF-8/,
    );
  });

  it.each([
    [[{ ...one, path: '../up' }], /leads nowhere/],
    [[{ ...one, path: '/etc/passwd' }], /leads nowhere/],
    [[{ ...one, url: 'https://example.org/%2e%2e' }], /leads nowhere/],
    [[one, one], /two files of one path/],
    [[{ ...one, sha256: 'abc' }], /wrong at "files.0.sha256"/],
    [[{ ...one, url: 'file:///etc/passwd' }], /wrong at "files.0.url"/],
    [[{ ...one, md5: 'abc' }], /has an unknown key in "files\.0", found "md5"; a manifest is/],
    [[{ ...one, pth: 'a' }], /found "pth"; did you mean "path"\? a manifest is/],
    [[{ ...one, unpackedSize: 9 }], /wrong at "files\.0\.unpackedSize", found "has no effect without \\"unpack\\""/],
    [[], /wrong at "files"/],
  ])('refuses %j', async (files, message) => {
    expect(await errorOf(read(files))).toMatch(message);
  });
});

describe('unpackArchive', () => {
  const text = (name: string, body = 'text') => ({ header: { name, size: body.length, type: 'file' as const }, body });
  const archive = async (entries: Parameters<typeof packTar>[0], zipped = false): Promise<string> => {
    const bytes = await packTar(entries);
    const path = join(folder, zipped ? 'archive.tar.gz' : 'archive.tar');
    await writeFile(path, zipped ? gzipSync(bytes) : bytes);
    return path;
  };
  const unpack = (path: string, kind: 'tar' | 'tar.gz' | 'zip', most = 1000) =>
    unpackArchive(path, join(folder, 'out'), { kind, most });

  it.each([false, true])('unpacks a whole tar, zipped %s, and only once', async (zipped) => {
    const path = await archive(
      [
        text('./a.txt'),
        text('b/c.txt', 'more'),
        { header: { name: 'link', size: 0, type: 'symlink', linkname: '/etc' } },
      ],
      zipped,
    );
    const kind = zipped ? 'tar.gz' : 'tar';
    expect(await unpack(path, kind)).toEqual(['link']);
    expect(await readFile(join(folder, 'out/b/c.txt'), 'utf8')).toBe('more');
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(['a.txt', 'b']);
    expect(await unpack(path, kind)).toBeUndefined();
  });

  it('unpacks a zip', async () => {
    // Stored: one file `a.txt` of the word `text`.
    const zip = Buffer.from(
      '504b03040a00000000000000210037e2c33b040000000400000005000000612e74787474657874' +
        '504b01021e030a00000000000000210037e2c33b0400000004000000050000000000000000000000a48100000000612e747874' +
        '504b0506000000000100010033000000270000000000',
      'hex',
    );
    await writeFile(join(folder, 'archive.zip'), zip);
    const found = await unpack(join(folder, 'archive.zip'), 'zip').catch((error: unknown) => error);
    expect(found).toEqual([]);
    expect(await readFile(join(folder, 'out/a.txt'), 'utf8')).toBe('text');
  });

  it.each([
    ['a path that leads outside', [text('../evil.txt')], /path leads outside, found "..\/evil.txt"/],
    ['an absolute path', [text('/tmp/evil.txt')], /path leads outside/],
    ['two of one name', [text('a'), text('./a')], /two files of one name/],
    ['more than it may', [text('a', 'x'.repeat(1001))], /unpacks to more than 1000 bytes/],
  ])('refuses %s, and leaves nothing', async (_, entries, message) => {
    expect(await errorOf(unpack(await archive(entries), 'tar'))).toMatch(message);
    expect((await readdir(folder)).sort()).toEqual(['archive.tar']);
  });

  it('refuses a truncated archive', async () => {
    const path = await archive([text('a'), text('b', 'x'.repeat(900))]);
    await writeFile(path, (await readFile(path)).subarray(0, 1700));
    expect(await errorOf(unpack(path, 'tar'))).toMatch(/cut off or damaged/);
    expect((await readdir(folder)).sort()).toEqual(['archive.tar']);
  });
});
