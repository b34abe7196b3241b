import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backends-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the built command as a user does from a folder, on a machine without TensorFlow and GPU. */
function start(given: readonly string[]) {
  const child = spawn(process.execPath, [main, ...given], {
    env: {
      ...process.env,
      INIT_CWD: folder,
      XDG_CACHE_HOME: join(folder, 'cache'),
      KALEIDO_TENSORFLOW: join(folder, 'nowhere'),
      VK_DRIVER_FILES: join(folder, 'nowhere'),
    },
  });
  const outcome = new Promise<{ code: number | null; output: string; errors: string }>((resolve, reject) => {
    let output = '';
    let errors = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (errors += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output, errors }));
  });
  return { child, outcome };
}

/** The one line that it prints. */
async function refusal(...given: readonly string[]): Promise<string> {
  const { code, errors } = await start(given).outcome;
  expect([code, errors]).toEqual([1, expect.stringMatching(/^@kaleido\/[^\n]*\n$/)]);
  return errors;
}

describe('pnpm backends', () => {
  it('prints the table, and the same as JSON', async () => {
    const { code, output } = await start(['--json', 'survey.json']).outcome;
    expect(code).toBe(0);
    expect(output).toMatch(/^cuda +not here: no TensorFlow was found on this machine/m);
    expect(output).toMatch(/^tensorflow +not here, as cuda$/m);
    expect(output).toMatch(/^wasm .* tfjs 4\.22\.0, SIMD, 1 thread +\d+\.\d +right$/m);
    expect(output).toMatch(/^cpu .* right$/m);
    const { backends, unasked } = JSON.parse(await readFile(join(folder, 'survey.json'), 'utf8'));
    expect(backends.map(({ backend }: { backend: string }) => backend)).toEqual([
      'cuda',
      'webgpu',
      'tensorflow',
      'wasm',
      'cpu',
    ]);
    expect(backends[3]).toMatchObject({
      found: true,
      matmul: { gigaflops: expect.any(Number) },
      gradients: { passed: true },
    });
    expect(output).toMatch(new RegExp(`^selectBackend\\(\\) takes ${unasked}$`, 'm'));
  });

  it('refuses an invalid patience', async () => {
    expect(await refusal('--patience', 'long')).toMatch(/--patience must be a number of seconds above 0, found "long"/);
  });
});

describe('pnpm backends add', () => {
  it('lists the known backends for an unknown name', async () => {
    expect(await refusal('add', 'pytorch')).toMatch(/not one to add, found "pytorch"; known is tensorflow; /);
    expect(await refusal('add')).toMatch(/which backend is to be added; known is tensorflow; /);
    expect(await refusal('add', 'tensorflow')).toMatch(/it needs a wheel of TensorFlow; pass --wheel/);
  });

  it('reports in one line what is wrong with a wheel, and leaves nothing', async () => {
    await writeFile(join(folder, 'page.whl'), '<html>');
    expect(await refusal('add', 'tensorflow', '--wheel', 'page.whl')).toMatch(
      /page\.whl is not a wheel: it is not a zip file/,
    );
    expect(await refusal('add', 'tensorflow', '--wheel', 'https://host/a.whl')).toMatch(/needs a sha256.*--sha256/);
    expect(await readdir(join(folder, 'cache', 'kaleido', 'tensorflow'))).toEqual([]);
  });

  it('cleans up on Ctrl-C', async () => {
    const server = createServer((_, response) => void response.setHeader('content-length', 1e6).write('PK'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const asked = new Promise((resolve) => server.once('request', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tensorflow.whl`;
    const { child, outcome } = start(['add', 'tensorflow', '--wheel', address, '--sha256', '0'.repeat(64)]);
    await asked;
    child.kill('SIGINT');
    expect(await outcome).toEqual({
      code: 130,
      output: 'downloading tensorflow.whl\nstopped; nothing of it was kept\n',
      errors: '',
    });
    expect(await readdir(join(folder, 'cache', 'kaleido', 'tensorflow'))).toEqual([]);
    expect(existsSync(join(folder, 'tensorflow.whl'))).toBe(false);
    server.closeAllConnections();
    server.close();
  });
});
