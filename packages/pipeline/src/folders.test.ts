import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend } from '@kaleido/backend';
import { smallOptions } from '../test/small-kaleido.ts';
import { createKaleido, openKaleido } from './node.ts';

const captions = ['a red dress', 'a blue shirt'];
let server: Server;
let base = '';
let files = new Map<string, Uint8Array>();
let vectors: Float32Array[] = [];
const asked: string[] = [];

/** Serves the model with several kinds of server behaviour, chosen by the first folder of the path. */
beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
  const original = await createKaleido(smallOptions);
  vectors = await original.embedCaptions(captions);
  files = new Map(
    await Promise.all(
      (await original.toFiles()).map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())] as const),
    ),
  );
  original.dispose();
  server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://localhost');
    const [kind = '', name = ''] = pathname.split('/').slice(1);
    asked.push(`${kind} ${name}${search}`);
    const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '');
    const content = files.get(name);
    if (kind === 'page' || (kind === 'fallback' && content === undefined)) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Welcome');
      return;
    }
    if (kind === 'broken') return void response.writeHead(500).end();
    if (content === undefined || kind === 'absent') return void response.writeHead(404).end('no such file');
    const isWeights = name === 'model.safetensors';
    if (kind === 'half' && isWeights) return void response.writeHead(200).end(content.subarray(0, content.length / 2));
    if (kind === 'breaks' && isWeights) {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, content.length / 2), () => response.destroy());
      return;
    }
    if (kind === 'ranges' && range !== null) {
      // At most 100 KB per answer, as servers may do, so that even a small model takes several requests.
      const begin = Number(range[1]);
      const end = Math.min(Number(range[2]) + 1, content.length, begin + 100_000);
      response.writeHead(206, { 'content-range': `bytes ${begin}-${end - 1}/${content.length}` });
      response.end(content.subarray(begin, end));
      return;
    }
    response.writeHead(200).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => void server.close());

describe('openKaleido from a URL', () => {
  it.each(['plain', 'ranges', 'fallback'])('opens the model: a server of the kind %s', async (kind) => {
    const before = memory().numTensors;
    const opened = await openKaleido(`${base}/${kind}`);
    expect(await opened.embedCaptions(captions)).toEqual(vectors);
    opened.dispose();
    expect(memory().numTensors).toBe(before);
    const requests = asked.filter((line) => line === `${kind} model.safetensors`).length;
    if (kind === 'ranges') expect(requests).toBeGreaterThan(2);
    else expect(requests).toBe(1);
  });

  it('accepts the address of config.json, and sends its query with every file', async () => {
    (await openKaleido(`${base}/plain/config.json?key=1`)).dispose();
    expect(asked.filter((line) => line.endsWith('?key=1')).map((line) => line.split(' ')[1])).toEqual(
      expect.arrayContaining(['config.json?key=1', 'model.safetensors?key=1', 'preprocessor.json?key=1']),
    );
  });

  it.each<[string, RegExp]>([
    ['absent', /is not a model folder: cannot read config.json, found "HTTP 404"/],
    ['page', /is not a model folder: cannot read config.json, found "an HTML page \(HTTP 200\)"/],
    ['broken', /cannot read http.*config.json, found "HTTP 500"/],
    ['half', /model.safetensors is not a sound safetensors file/],
    ['breaks', /cannot read http.*model.safetensors, found "an answer that breaks off/],
  ])('refuses a server of the kind %s', async (kind, message) => {
    const before = memory().numTensors;
    await expect(openKaleido(`${base}/${kind}`)).rejects.toThrow(message);
    expect(memory().numTensors).toBe(before);
  });

  it('refuses an address without a server', async () => {
    await expect(openKaleido('http://127.0.0.1:1/model')).rejects.toThrow(
      /cannot read http:\/\/127.0.0.1:1\/model\/config.json, found "(ECONNREFUSED|bad port)"/,
    );
  });
});
