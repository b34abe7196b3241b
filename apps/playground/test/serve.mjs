import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * Serves a folder below a path, as a plain static host does.
 * @param faultOf what goes wrong with a file, for tests: another `status`; `cut`, only the first bytes of it are there;
 *   `broken`, the connection ends after so many; `before`, text that is put before it
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
export async function serve(folder, { path = '/some/where/', faultOf = () => undefined } = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const inside = normalize(decodeURIComponent(pathname)).startsWith(path)
      ? normalize(decodeURIComponent(pathname)).slice(path.length) || 'index.html'
      : undefined;
    const file = inside === undefined ? undefined : join(folder, inside);
    const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
    if (file === undefined || !found?.isFile()) {
      response.writeHead(404).end('not found');
      return;
    }
    const { status, cut, broken, before = '' } = faultOf(inside) ?? {};
    if (status !== undefined) {
      response.writeHead(status).end();
      return;
    }
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-length': Buffer.byteLength(before) + (cut ?? found.size),
    });
    response.write(before);
    const last = cut ?? broken;
    const content = createReadStream(file, last === undefined ? {} : { end: last - 1 });
    content.pipe(response, { end: broken === undefined });
    if (broken !== undefined) content.on('end', () => response.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${path}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
