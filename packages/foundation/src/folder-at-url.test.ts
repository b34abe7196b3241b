import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { folderAtUrl, webUrl } from './folder-at-url.ts';
import { type ByteSource, readText } from './folder-files.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Serves each request as `answer` does; `begin` and `end` are of the range that was asked for. */
async function serve(answer: (response: ServerResponse, begin: number, end: number, url: URL) => void): Promise<URL> {
  server = createServer((request, response) => {
    const [, begin, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    answer(response, Number(begin), Number(last) + 1, new URL(request.url ?? '', 'http://localhost'));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as { port: number }).port}/some/folder`);
}

const content = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
/** At most 100 bytes an answer, as servers may do. */
const part = (response: ServerResponse, begin: number, end: number, headers: object = {}): void => {
  const last = Math.min(end, content.length, begin + 100);
  response.writeHead(206, { 'content-range': `bytes ${begin}-${last - 1}/${content.length}`, ...headers });
  response.end(content.subarray(begin, last));
};

async function opened(url: URL, file = 'numbers.bin'): Promise<ByteSource> {
  const source = await folderAtUrl(url).open(file);
  if (source === undefined) throw new Error('no such file');
  return source;
}

describe('folderAtUrl', () => {
  it('reads a file in parts, and only what is asked for', async () => {
    const asked: number[] = [];
    const source = await opened(
      await serve((response, begin, end) => {
        asked.push(begin);
        part(response, begin, end, { etag: '"1"' });
      }),
    );
    expect(source.size).toBe(1000);
    expect(await source.read(20, 90)).toEqual(content.slice(20, 90));
    expect(await source.read(450, 620)).toEqual(content.slice(450, 620));
    expect(asked).toEqual([0, 450, 550]);
  });

  it.each<[string, (response: ServerResponse, begin: number, end: number) => void, RegExp]>([
    [
      'another version of it',
      (response, begin, end) => part(response, begin, end, { etag: `"${Math.min(begin, 1)}"` }),
      /numbers\.bin, found "another version than before"; the file may have changed: open it again/,
    ],
    [
      'another length',
      (response, begin, end) =>
        begin === 0
          ? part(response, begin, end)
          : part(response, begin, end, { 'content-range': `bytes ${begin}-${end - 1}/2000` }),
      /found "bytes from 500 on of 2000, not from 500 on of 1000"; the file may have changed/,
    ],
    [
      'other bytes than asked for',
      (response, begin, end) =>
        begin === 0
          ? part(response, begin, end)
          : part(response, begin, end, { 'content-range': `bytes 400-499/1000` }),
      /found "bytes from 400 on of 1000, not from 500 on of 1000"; the file may have changed/,
    ],
    [
      'the whole file when asked for a later part',
      (response, begin, end) => (begin === 0 ? part(response, begin, end) : void response.end(content)),
      /found "HTTP 200 with 1000 bytes of 10"; the file may have changed/,
    ],
    [
      'no file any more',
      (response, begin, end) => (begin === 0 ? part(response, begin, end) : void response.writeHead(404).end()),
      /found "HTTP 404 with 0 bytes of 10"; the file may have changed/,
    ],
  ])('refuses %s while it is open', async (_, answer, message) => {
    const source = await opened(await serve(answer));
    await expect(source.read(500, 510)).rejects.toThrow(message);
  });

  it('refuses a server that does not begin at the beginning', async () => {
    const url = await serve((response) => part(response, 100, 200));
    await expect(opened(url)).rejects.toThrow(/found "bytes from 100 on, not from 0"; use a server that knows range/);
  });

  it('holds a whole file of a server without ranges, and refuses to read past its end', async () => {
    const source = await opened(await serve((response) => void response.end(content)));
    expect(await source.read(990, 1000)).toEqual(content.slice(990));
    await expect(source.read(990, 1001)).rejects.toThrow(
      /is shorter than it must be, found "1000 bytes, at least 1001/,
    );
  });

  it('accepts the address of the main file, and sends the query with each', async () => {
    const url = await serve((response, _begin, _end, { pathname, search }) => void response.end(pathname + search));
    url.pathname += '/main.json';
    url.search = '?key=1';
    expect(await readText(folderAtUrl(url, 'main.json'), 'a/b.txt', 'test')).toBe('/some/folder/a/b.txt?key=1');
    expect(await readText(folderAtUrl(url), 'b.txt', 'test')).toBe('/some/folder/main.json/b.txt?key=1');
  });

  it('tells missing files and pages from files', async () => {
    const url = await serve((response, _begin, _end, { pathname }) => {
      if (pathname.endsWith('gone')) response.writeHead(410).end();
      else if (pathname.endsWith('secret')) response.writeHead(403).end();
      else response.end('<!doctype html><p>Welcome');
    });
    const files = folderAtUrl(url);
    expect([await files.open('gone'), await files.open('page')]).toEqual([undefined, undefined]);
    expect([files.whyAbsent('gone'), files.whyAbsent('page')]).toEqual(['HTTP 410', 'an HTML page (HTTP 200)']);
    await expect(files.open('secret')).rejects.toThrow(/cannot read http.*secret, found "HTTP 403"/);
  });
});

describe('webUrl', () => {
  it('knows web addresses from paths', () => {
    expect(webUrl('HTTPS://example.com/a b')?.href).toBe('https://example.com/a%20b');
    for (const path of ['a', '/a/b', 'C:\\a', 'http:', 'file:///a']) expect(webUrl(path)).toBeUndefined();
    expect(() => webUrl('http://')).toThrow('@kaleido/foundation: a web address must be a URL, found "http://"');
  });
});
