import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { testCertificate } from '../../test/certificate.ts';
import { DataServer } from '../../test/data-server.ts';
import { fetchFile } from '../fetch/fetch-file.ts';
import { openData } from '../open-data.ts';

// Each reading with a certificate is a process of its own.
jest.setTimeout(60_000);

const secure = new DataServer('https');
const plain = new DataServer();
let folder = '';
beforeAll(async () => {
  await Promise.all([secure.start(), plain.start()]);
  folder = await mkdtemp(join(tmpdir(), 'kaleido-secure-'));
  await writeFile(join(folder, 'issuer.pem'), testCertificate);
});
afterAll(async () => {
  await Promise.all([secure.stop(), plain.stop()]);
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  for (const server of [secure, plain]) {
    server.files.clear();
    server.log.length = 0;
    server.fault = () => undefined;
  }
  const rows = Array.from({ length: 20 }, (_, i) => `${i},Dress ${i},${i}.jpg,${i < 15 ? 'train' : 'validation'}`);
  secure.put('shop/list.csv', `sku,title,photo,split\n${rows.join('\n')}\n`);
  for (let i = 0; i < 20; i++) secure.put(`shop/${i}.jpg`, Uint8Array.of(0xff, 0xd8, 0xff, i));
});

/** Reads products in a process that trusts the test's certificate: Node reads `NODE_EXTRA_CA_CERTS` as it starts. */
async function readTrusting(address: string): Promise<{ readonly read: readonly string[]; readonly error?: string }> {
  const program = `
    import { openData } from ${JSON.stringify(new URL('../../dist/node.js', import.meta.url).href)};
    const read = [];
    let error;
    try {
      const source = await openData(${JSON.stringify(address)}, { network: { attempts: 2, pause: 0.01 } });
      for await (const { id, caption, image } of source.products('train')) read.push(id + ' ' + caption + ' ' + image.bytes[3]);
    } catch (caught) { error = caught.message; }
    console.log(JSON.stringify({ read, error }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'issuer.pem') },
  });
  return JSON.parse(stdout);
}

const all = Array.from({ length: 15 }, (_, i) => `${i} Dress ${i} ${i}`);
const patient = { network: { attempts: 5, pause: 20 } };
/** Whoever tries again waits for 20 s. */
const soon = 10_000;

describe('data over TLS', () => {
  it('is read with its pictures where the certificate is trusted', async () => {
    expect(await readTrusting(secure.at('shop/list.csv'))).toEqual({ read: all });
    expect(secure.log.map(({ path }) => path)).toEqual(expect.arrayContaining(['shop/list.csv', 'shop/14.jpg']));
  });

  it('is read where a plain address redirects to it', async () => {
    plain.fault = (request, response) => {
      response.writeHead(301, { location: secure.at(request.url?.slice(1) ?? '') }).end();
      return 'answered';
    };
    expect(await readTrusting(plain.at('shop/list.csv'))).toEqual({ read: all });
  });

  it('is refused at once where the certificate is not trusted, with the reason and what to do', async () => {
    const begun = performance.now();
    const message =
      /\/shop\/list\.csv cannot be reached, found "DEPTH_ZERO_SELF_SIGNED_CERT"; .*NODE_EXTRA_CA_CERTS to a PEM file/;
    await expect(openData(secure.at('shop/list.csv'), patient)).rejects.toThrow(message);
    const file = {
      url: secure.at('shop/list.csv'),
      sha256: '0'.repeat(64),
      size: 9,
      path: 'list.csv',
      unpackedSize: 0,
    };
    await expect(fetchFile(file, folder, patient.network)).rejects.toThrow(message);
    plain.fault = (_, response) => {
      response.writeHead(302, { location: secure.at('shop/list.csv') }).end();
      return 'answered';
    };
    await expect(openData(plain.at('shop/list.csv'), patient)).rejects.toThrow(message);
    expect(performance.now() - begun).toBeLessThan(soon);
    expect(secure.log).toEqual([]);
  });

  it('is refused where the certificate is for another host', async () => {
    const { port } = new URL(secure.at(''));
    const { error } = await readTrusting(`https://localhost:${port}/shop/list.csv`);
    expect(error).toMatch(/cannot be reached, found "ERR_TLS_CERT_ALTNAME_INVALID"; .*for another host/);
  });

  it('is refused where the server does not speak TLS', async () => {
    const begun = performance.now();
    await expect(openData(`https://${plain.host}/list.csv`, patient)).rejects.toThrow(
      /cannot be reached, found "ERR_SSL_WRONG_VERSION_NUMBER"; .*http:\/\/ in place of https/,
    );
    expect(performance.now() - begun).toBeLessThan(soon);
  });
});
