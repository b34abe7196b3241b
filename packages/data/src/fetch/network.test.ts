import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { bodyPieces, patiently, retrying, ServerBusy } from './network.ts';

let server: Server;
beforeAll(async () => {
  // The first bytes, and then silence; or all of them.
  server = createServer((request, response) => {
    response.writeHead(200, { 'content-length': 65_536 });
    if (request.url === '/all') response.end(Buffer.alloc(65_536));
    else response.write(Buffer.alloc(1000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it.each([
  ['while the next piece is waited for', '/first', 0],
  ['between two pieces', '/first', 1500],
  ['between two pieces, of which the last has arrived', '/all', 1500],
])('a reader without a piece for too long ends %s', async (_, path, busy) => {
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  let read = 0;
  const reading = patiently(
    async (signal, alive) => {
      for await (const piece of bodyPieces(await fetch(address, { signal }), signal, alive)) {
        read += piece.length;
        await sleep(busy);
      }
    },
    { patience: 1 },
  );
  await expect(reading).rejects.toThrow('no byte for 1 s');
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(65_536);
});

it('attempts without progress are counted, and begin anew after progress', async () => {
  let [asked, bytes] = [0, 0];
  const giveUp = (attempts: number, cause: unknown): KaleidoError =>
    new KaleidoError({ source: 'data', problem: `gave up after ${attempts}`, cause });
  const fail = async (): Promise<void> => {
    if (++asked === 2) bytes++;
    throw new Error('cut');
  };
  const options = { attempts: 3, pause: 0.001 };
  await expect(retrying(fail, () => bytes, giveUp, options)).rejects.toThrow('gave up after 3');
  expect(asked).toBe(4);
  // A second, as the server asks.
  const start = performance.now();
  let busy = true;
  const once = async (): Promise<string> => {
    if (!busy) return 'read';
    busy = false;
    throw new ServerBusy(429, 1);
  };
  expect(await retrying(once, () => 0, giveUp, options)).toBe('read');
  expect(performance.now() - start).toBeGreaterThan(900);
});
