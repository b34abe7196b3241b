import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

// Requests to the server, and to the proxy.
const reached: string[] = [];
const asked: string[] = [];
let server: Server;
let proxy: Server;

const portOf = (one: Server): number => (one.address() as AddressInfo).port;

beforeAll(async () => {
  server = createServer((incoming, answer) => {
    reached.push(`${incoming.method} ${incoming.url}`);
    answer.end('content');
  });
  proxy = createServer((incoming, answer) => {
    asked.push(`${incoming.method} ${incoming.url} ${login(incoming)}`);
    const { hostname, port, pathname } = new URL(incoming.url ?? '');
    request({ hostname, port, path: pathname }, (response) => response.pipe(answer)).end();
  });
  proxy.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    asked.push(`CONNECT ${incoming.url} ${login(incoming)}`);
    // Every name leads to the server: this machine looks up no host name.
    const through = connect(portOf(server), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    through.on('error', () => socket.destroy());
    socket.on('error', () => through.destroy());
  });
  for (const one of [server, proxy]) await once(one.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  for (const one of [server, proxy]) one.close();
});

function login({ headers }: IncomingMessage): string {
  const [, encoded] = (headers['proxy-authorization'] ?? '').split(' ');
  return encoded === undefined ? 'without login' : Buffer.from(encoded, 'base64').toString();
}

/** Fetches an address in a separate process, whose global dispatcher may be changed. */
async function fetchWith(environment: Record<string, string>, url: string): Promise<{ output: string }> {
  const module = new URL('../../dist/fetch/proxy.js', import.meta.url).href;
  const code = `import { useProxyOfEnvironment } from ${JSON.stringify(module)};
    try {
      console.log(await useProxyOfEnvironment());
      console.log(await (await fetch(process.argv[1])).text());
    } catch (error) { console.log(error.message, error.cause?.code ?? ''); }`;
  const { PATH } = process.env;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, url], {
    env: { PATH, ...environment },
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  await once(child, 'close');
  return { output };
}

describe('useProxyOfEnvironment', () => {
  it('sends http through HTTP_PROXY without a tunnel, with its login, and shows no password', async () => {
    asked.length = 0;
    const url = `http://localhost:${portOf(server)}/file`;
    const { output } = await fetchWith({ HTTP_PROXY: `http://me:secret@127.0.0.1:${portOf(proxy)}` }, url);
    expect(output).toBe(`http://127.0.0.1:${portOf(proxy)} (HTTP_PROXY)\ncontent\n`);
    expect(asked).toEqual([`GET ${url} me:secret`]);
  });

  it('sends https through a tunnel of HTTPS_PROXY', async () => {
    asked.length = 0;
    // The server has no TLS: the test checks only that the tunnel was requested and used.
    const { output } = await fetchWith({ https_proxy: `127.0.0.1:${portOf(proxy)}` }, 'https://files.invalid/file');
    expect(asked[0]).toBe('CONNECT files.invalid:443 without login');
    expect(output).toMatch(/^http:\/\/127\.0\.0\.1:\d+ \(https_proxy\)\nfetch failed ERR_SSL/);
  });

  it('bypasses the proxy for hosts of NO_PROXY, and if no variable is set', async () => {
    asked.length = reached.length = 0;
    const url = `http://localhost:${portOf(server)}/near`;
    const past = { http_proxy: `http://127.0.0.1:${portOf(proxy)}`, no_proxy: 'localhost' };
    expect((await fetchWith(past, url)).output).toMatch(/content\n$/);
    expect((await fetchWith({ HTTP_PROXY: '' }, url)).output).toBe('undefined\ncontent\n');
    expect(asked).toEqual([]);
    expect(reached).toEqual(['GET /near', 'GET /near']);
  });

  it('refuses an address that is not an HTTP proxy, and hides its password', async () => {
    const { output } = await fetchWith({ HTTPS_PROXY: 'socks5://me:secret@proxy:1080' }, 'http://localhost/');
    expect(output).toBe(
      '@kaleido/data: the environment variable HTTPS_PROXY is not the address of an HTTP proxy, found "socks5://...@proxy:1080"; set it as in HTTPS_PROXY=http://proxy.example:3128, or unset it \n',
    );
  });
});
