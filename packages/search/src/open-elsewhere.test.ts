import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Kaleido } from '@kaleido/pipeline/node';
import { smallModel, squares } from '../test/small-model.ts';
import { openIndex as openInPage, type SearchResult } from './index.ts';
import { createIndex, describeIndex, openIndex } from './node.ts';

let root = '';
let folder = '';
let model: Kaleido;
let server: Server;
let base = '';
let expected: SearchResult;
const asked: string[] = [];
const query = { text: 'a red dress', k: 6, rerank: { best: 4 } };

/** Serves the index with several kinds of server behaviour, chosen by the first folder of the path. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'open-elsewhere-'));
  folder = join(root, 'index');
  model = await smallModel();
  const index = await createIndex(folder, { model, features: true });
  await index.add(await squares(6));
  expected = await index.search(query);
  server = createServer(async (request, response) => {
    const [, kind = '', ...rest] = (request.url ?? '').split('/');
    const name = rest.join('/');
    asked.push(`${kind} ${name}`);
    const content = await readFile(join(folder, name)).catch(() => undefined);
    if (kind === 'page') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
    if (content === undefined || kind === 'absent' || (kind === 'lost' && name.endsWith('.jsonl')))
      return void response.writeHead(404).end('no such file');
    if (kind === 'half' && !name.endsWith('.json'))
      return void response.writeHead(200).end(content.subarray(0, content.length / 2));
    if (kind === 'other' && name.endsWith('.jsonl'))
      return void response.writeHead(200).end(content.toString().replace('dress', 'shoes'));
    const [, begin, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
    if (kind !== 'ranges' || begin === undefined) return void response.writeHead(200).end(content);
    const end = Math.min(Number(last) + 1, content.length, Number(begin) + 1000);
    response.writeHead(206, { 'content-range': `bytes ${begin}-${end - 1}/${content.length}`, etag: `"${name}"` });
    response.end(content.subarray(Number(begin), end));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(async () => {
  server.close();
  model.dispose();
  await rm(root, { recursive: true });
});

describe('an index at a web address', () => {
  it.each(['plain', 'ranges'])('is searched as one on disk: a server of the kind %s', async (kind) => {
    const index = await openIndex(`${base}/${kind}/`, { model });
    expect(await index.search(query)).toEqual(expected);
    expect((await index.picture('square-4'))?.subarray(8, 12)).toEqual(new TextEncoder().encode('WEBP'));
    expect(await (await openInPage(`${base}/${kind}/index.json`, { model })).search(query)).toEqual(expected);
    expect(await describeIndex(new URL(`${base}/${kind}`))).toMatchObject({ products: 6, features: true });
  });

  it('is read in parts where the server can: not all features for a few', async () => {
    const requests = asked.filter((line) => /^ranges .*\.features\.safetensors$/.test(line)).length;
    const [features = ''] = (await readdir(join(folder, 'segments'))).filter((name) => name.includes('features'));
    const { length } = await readFile(join(folder, 'segments', features));
    // Two searches, each of which reads 4 of 6 photographs.
    expect(requests).toBeGreaterThan(2);
    expect(1000 * requests).toBeLessThan(2 * length);
  });

  it.each<[string, RegExp]>([
    ['absent', /http.*\/absent\/ as an index: index\.json is missing, found "HTTP 404"/],
    ['page', /http.*\/page\/ as an index: index\.json is missing, found "an HTML page \(HTTP 200\)"/],
    ['lost', /http.*\/lost\/ is not whole: segments\/000001-\w+\.jsonl is missing, found "HTTP 404"/],
    [
      'half',
      /jsonl must have 6 products, a line each, found 3|000001-\w+\.safetensors is not a sound safetensors file/,
    ],
    ['other', /jsonl or its vectors have changed since they were written/],
  ])('is refused by name: a server of the kind %s', async (kind, message) => {
    await expect(openIndex(`${base}/${kind}`, { model })).rejects.toThrow(message);
  });

  it('is not changed', async () => {
    const index = await openIndex(`${base}/plain`, { model });
    const message = /an index can be changed only in a folder on disk, found "http.*"; copy it into a folder/;
    await expect(index.delete(['square-1'])).rejects.toThrow(message);
    await expect(index.add(await squares(1))).rejects.toThrow(message);
    await expect(createIndex(`${base}/plain`, { model })).rejects.toThrow(message);
  });

  it('says that it has changed where files are gone that were there', async () => {
    const index = await openIndex(`${base}/plain`, { model });
    const away = join(root, 'away');
    await cp(folder, away, { recursive: true });
    const changed = await openIndex(folder, { model });
    await changed.delete(['square-0']);
    await changed.compact();
    await expect(index.search(query)).rejects.toThrow(
      /features\.safetensors is missing, found "HTTP 404"; the index may have changed: open it again/,
    );
    expect((await openIndex(`${base}/plain`, { model })).size).toBe(5);
    await rm(folder, { recursive: true });
    await cp(away, folder, { recursive: true });
  });
});

describe('an index of picked files', () => {
  const filesOf = (path: string): Promise<File[]> =>
    readdir(path, { recursive: true, withFileTypes: true }).then((entries) =>
      Promise.all(
        entries
          .filter((entry) => entry.isFile())
          .map(async (entry) => new File([await readFile(join(entry.parentPath, entry.name))], entry.name)),
      ),
    );

  it('is searched in Node and in a page, and not changed', async () => {
    const picked = await filesOf(folder);
    const index = await openIndex(picked, { model });
    expect(await index.search(query)).toEqual(expected);
    expect(await (await openInPage(picked, { model })).search(query)).toEqual(expected);
    await expect(index.compact()).rejects.toThrow(/only in a folder on disk, found "the picked files"/);
  });

  it('is refused by name where files are missing or cut off', async () => {
    const picked = await filesOf(folder);
    const without = picked.filter(({ name }) => !name.endsWith('.jsonl'));
    await expect(openInPage(without)).rejects.toThrow(
      /is not whole: segments\/000001-\w+\.jsonl is missing, found "only/,
    );
    await expect(openInPage([])).rejects.toThrow(/cannot open the picked files as an index: .*, found "no files"/);
    const half = picked.map((file) =>
      file.name.endsWith('.safetensors') ? new File([file.slice(0, file.size / 2)], file.name) : file,
    );
    await expect(openInPage(half)).rejects.toThrow(/000001-\w+\.safetensors is not a sound safetensors file/);
    const other = join(root, 'other');
    await cp(folder, other, { recursive: true });
    const [text = ''] = (await readdir(join(other, 'segments'))).filter((name) => name.endsWith('.jsonl'));
    const path = join(other, 'segments', text);
    await writeFile(path, (await readFile(path, 'utf8')).replace('dress', 'shoes'));
    await expect(openInPage(await filesOf(other))).rejects.toThrow(/have changed since they were written/);
  });
});
