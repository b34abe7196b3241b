import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { KaleidoError, randomStream } from '@kaleido/foundation';
import { DataServer, type Fault } from '../../test/data-server.ts';
import { unknownHost } from '../../test/unknown-host.ts';
import { openRemoteFile } from './open-remote-file.ts';
import { parseAddress } from './remote-address.ts';
import type { RemoteFile } from './remote-file.ts';
import { startReading } from './remote-reading.ts';
import { TemporaryBytes } from './temporary-bytes.ts';

const content = Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => (i * i) % 251));
const other = Buffer.from(content).fill(7, 500_000, 500_001);
const network = { attempts: 3, pause: 0.01, patience: 0.5 };

const server = new DataServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
let warnings: string[] = [];
beforeEach(() => {
  server.files.clear();
  server.put('file', content);
  server.log.length = 0;
  server.fault = () => undefined;
  warnings = [];
});

const open = (address = server.at('file'), room?: number): Promise<RemoteFile> =>
  openRemoteFile(
    parseAddress(address),
    startReading(
      network,
      (message) => warnings.push(message),
      room === undefined ? undefined : new TemporaryBytes(room),
    ),
  );
const whole = async (file: RemoteFile): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of file.stream()) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
};
const errorOf = async (promise: Promise<unknown>): Promise<string> => {
  const error: unknown = await promise.then(
    () => new Error('nothing was thrown'),
    (caught: unknown) => caught,
  );
  expect(error instanceof Error && KaleidoError.isInstance(error) ? 'typed' : error).toBe('typed');
  return (error as Error).message;
};
/** An answer with this status, as a page. */
const withStatus =
  (status: number, page?: string): Fault =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end(page);
    return 'answered';
  };
/** Sound for the first answers, and then with a fault. */
const after = (sound: number, fault: Fault): Fault => {
  let asked = 0;
  return (request, response) => (asked++ < sound ? undefined : fault(request, response));
};

describe('RemoteFile', () => {
  it('gives each byte, and fetches it once', async () => {
    const file = await open();
    expect(await file.size()).toBe(content.length);
    const random = randomStream(3, 'reads');
    for (let turn = 0; turn < 50; turn++) {
      const start = Math.floor(random.uniform() * content.length);
      const end = start + Math.floor(random.uniform() * 200_000);
      expect(Buffer.from(await file.read(start, end)).equals(content.subarray(start, end))).toBe(true);
    }
    expect((await whole(file)).equals(content)).toBe(true);
    expect(server.bytes).toBe(content.length);
    const requests = server.log.length;
    expect((await whole(file)).equals(content)).toBe(true);
    expect(await file.read(content.length, content.length + 5)).toHaveLength(0);
    expect(server.log).toHaveLength(requests);
  });

  it('reads a stream in pieces that grow', async () => {
    expect((await whole(await open())).equals(content)).toBe(true);
    expect(server.log.map(({ range }) => range)).toEqual([
      'bytes=0-65535',
      'bytes=65536-262143',
      'bytes=262144-786431',
      'bytes=786432-999999',
    ]);
  });

  it('fetches again what there is no room to keep', async () => {
    const file = await open(undefined, 300_000);
    expect((await whole(file)).equals(content)).toBe(true);
    expect((await whole(file)).equals(content)).toBe(true);
    expect(server.bytes).toBe(2 * content.length - 262_144);
  });

  it('leaves nothing in the temporary folder', async () => {
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('kaleido-'));
    await whole(await open());
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('kaleido-'))).toEqual(before);
  });

  it('opens an empty file', async () => {
    server.put('file', '');
    const file = await open();
    expect(await file.size()).toBe(0);
    expect(await whole(file)).toHaveLength(0);
  });

  it('resumes where a connection was cut', async () => {
    const file = await open();
    server.log.length = 0;
    server.fault = (request) => (request.headers.range === 'bytes=65536-265535' ? { cutAfter: 100_000 } : undefined);
    expect(Buffer.from(await file.read(65_536, 265_536)).equals(content.subarray(65_536, 265_536))).toBe(true);
    // On a busy machine the connection may end before the client has read anything; then it asks for the same again.
    const ranges = server.log.map(({ range }) => range);
    expect([...new Set(ranges)]).toEqual(['bytes=65536-265535', 'bytes=165536-265535']);
    expect(server.bytes).toBe(100_000 * ranges.length);
  });

  it('reads through a server that cuts every answer', async () => {
    server.fault = () => ({ cutAfter: 50_000 });
    expect((await whole(await open())).equals(content)).toBe(true);
  });

  it('waits for a network that comes back: a host that has answered is not unknown', async () => {
    const file = await open();
    const spy = jest.spyOn(globalThis, 'fetch').mockImplementationOnce(unknownHost).mockImplementationOnce(unknownHost);
    try {
      expect((await whole(file)).equals(content)).toBe(true);
      expect(spy.mock.calls.length).toBeGreaterThan(2);
    } finally {
      spy.mockRestore();
    }
  });

  it('says from which byte on it cannot be read, without the password', async () => {
    server.fault = after(1, () => ({ cutAfter: 0 }));
    const file = await open(`http://user:secret@${server.host}/file?sig=secret&v=1`);
    expect(server.log[0]?.headers.authorization).toBe(`Basic ${Buffer.from('user:secret').toString('base64')}`);
    const message = await errorOf(file.read(100_000, 200_000));
    expect(message).toMatch(
      /\/file\?v=1 could not be read from byte 100000 of 1000000 on: 3 attempts without progress/,
    );
    expect(message).not.toContain('secret');
    expect(server.log).toHaveLength(4);
  });

  it('reads from a slow server for as long as something arrives', async () => {
    server.put('file', content.subarray(0, 50_000));
    server.fault = (_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-49999/50000', 'content-length': 50_000 });
      for (let part = 0; part < 5; part++)
        setTimeout(() => response.write(content.subarray(10_000 * part, 10_000 * (part + 1))), 200 * part);
      return 'answered';
    };
    const start = performance.now();
    expect((await whole(await open())).equals(content.subarray(0, 50_000))).toBe(true);
    // Longer than the patience with a silent one.
    expect(performance.now() - start).toBeGreaterThan(500);
    expect(server.log).toHaveLength(1);
  });

  it('waits for a busy server, and no longer than it has patience', async () => {
    let busy = 2;
    server.fault = (_, response) => {
      if (busy-- <= 0) return undefined;
      response.writeHead(429, { 'retry-after': '0' }).end();
      return 'answered';
    };
    expect((await whole(await open())).equals(content)).toBe(true);
    server.fault = () => 'answered';
    expect(await errorOf(open())).toMatch(/from byte 0 on: 3 attempts without progress, found "no byte for 0.5 s"/);
    // Headers and some bytes, and then silence.
    server.fault = (request, response) => {
      if (request.headers.range !== 'bytes=0-65535') return 'answered';
      response.writeHead(206, { 'content-range': 'bytes 0-65535/1000000' });
      response.write(content.subarray(0, 10));
      return 'answered';
    };
    expect(await errorOf(open())).toMatch(/from byte 10 of 1000000 on/);
  });

  describe('of a server without ranges', () => {
    beforeEach(() => {
      server.fault = () => ({ ignoresRanges: true });
    });

    it('is copied once, and then read anywhere', async () => {
      const file = await open();
      expect(Buffer.from(await file.read(900_000, 900_010)).equals(content.subarray(900_000, 900_010))).toBe(true);
      expect((await whole(file)).equals(content)).toBe(true);
      expect(server.log).toHaveLength(1);
      expect(warnings).toEqual([
        expect.stringMatching(/answers no range requests: all 1000000 bytes of .* were copied/),
      ]);
    });

    it('is copied without a length, and after a cut', async () => {
      server.fault = () => ({ ignoresRanges: true, headers: { 'content-length': undefined } });
      expect((await whole(await open())).equals(content)).toBe(true);
      server.log.length = 0;
      let cuts = 0;
      server.fault = () => ({ ignoresRanges: true, ...(cuts++ < 2 ? { cutAfter: 400_000 * cuts } : {}) });
      expect((await whole(await open())).equals(content)).toBe(true);
      expect(server.log).toHaveLength(3);
    });

    it.each([true, false])(
      'is copied whole if it is stored compressed (with ranges of its compressed bytes: %s)',
      async (hasRanges) => {
        server.put('file', gzipSync(content));
        server.fault = () => ({ ignoresRanges: !hasRanges, headers: { 'content-encoding': 'gzip' } });
        const file = await open();
        expect(await file.size()).toBe(content.length);
        expect(warnings).toEqual([expect.stringMatching(/ stores it compressed: all 1000000 bytes of .* were copied/)]);
        const requests = server.log.length;
        expect((await whole(file)).equals(content)).toBe(true);
        expect(server.log).toHaveLength(requests);
      },
    );

    it('is refused if it is larger than the room', async () => {
      expect(await errorOf(open(undefined, 300_000))).toMatch(
        /cannot be read in ranges, and is larger than the room for a temporary file, found "1000000 bytes, room for 300000"/,
      );
      server.fault = () => ({ ignoresRanges: true, headers: { 'content-length': undefined } });
      expect(await errorOf(open(undefined, 300_000))).toMatch(/larger than the room/);
    });

    it('is refused if it changes after a cut, with or without an ETag', async () => {
      for (const etag of [undefined, {}]) {
        server.put('file', content);
        server.fault = () => {
          server.fault = () => {
            server.put('file', other);
            return { ignoresRanges: true, headers: etag ?? { etag: undefined } };
          };
          return { ignoresRanges: true, cutAfter: 600_000, headers: etag ?? { etag: undefined } };
        };
        expect(await errorOf(open())).toMatch(/changed while it was read/);
      }
    });
  });

  it.each<[string, Buffer, Record<string, string | undefined>]>([
    ['other bytes with another ETag', other, {}],
    [
      'another Last-Modified without an ETag',
      other,
      { etag: undefined, 'last-modified': 'Sun, 29 Nov 2026 12:00:00 GMT' },
    ],
    ['fewer bytes without either', content.subarray(0, 800_000), { etag: undefined }],
    ['far fewer bytes', content.subarray(0, 10), {}],
  ])('refuses a file that changes: %s', async (_, changed, headers) => {
    const first =
      headers['last-modified'] === undefined
        ? headers
        : { ...headers, 'last-modified': 'Sun, 29 Nov 2026 11:00:00 GMT' };
    server.fault = () => ({ headers: first });
    const file = await open();
    server.put('file', changed);
    server.fault = () => ({ headers });
    expect(await errorOf(file.read(100_000, 200_000))).toMatch(
      /\/file changed while it was read, found ".+"; start again/,
    );
    expect(await errorOf(whole(file))).toMatch(/changed while it was read/);
  });

  it('refuses a change between two attempts of one range', async () => {
    const file = await open();
    server.fault = () => {
      server.fault = () => {
        server.put('file', other);
        return undefined;
      };
      return { cutAfter: 50_000 };
    };
    expect(await errorOf(file.read(100_000, 300_000))).toMatch(/changed while it was read/);
  });

  it('takes a weakened ETag for the same', async () => {
    const file = await open();
    const { etag } = { etag: String(server.log.length) };
    server.fault = () => ({ headers: { etag: `"${etag}"` } });
    const named = await open();
    server.fault = () => ({ headers: { etag: `W/"${etag}"` } });
    expect((await whole(named)).equals(content)).toBe(true);
    expect(named.version).toContain(`"${etag}"`);
    expect(file.version).not.toBe(named.version);
  });

  it('has no version if only the size is known', async () => {
    server.fault = () => ({ headers: { etag: undefined } });
    expect((await open()).version).toBeUndefined();
  });

  it('follows redirects, without the password to another host, and not for ever', async () => {
    const elsewhere = new DataServer();
    await elsewhere.start();
    elsewhere.put('moved', content);
    server.fault = (request, response) => {
      response.writeHead(302, { location: request.url === '/circle' ? '/circle' : elsewhere.at('moved') }).end();
      return 'answered';
    };
    const file = await open(`http://user:secret@${server.host}/file`);
    expect((await whole(file)).equals(content)).toBe(true);
    expect(elsewhere.log.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    await elsewhere.stop();
    server.log.length = 0;
    expect(await errorOf(open(server.at('circle')))).toMatch(
      /circle cannot be reached, found "redirect count exceeded"/,
    );
    expect(server.log).toHaveLength(21);
  });

  it.each<[string, Fault, RegExp]>([
    ['404', withStatus(404), /\/file is not on the server, found "status 404"/],
    ['401', withStatus(401), /is not given to everyone, found "status 401".*USER:PASSWORD/],
    ['400', withStatus(400), /was refused, found "status 400"/],
    ['a web page', withStatus(200, '\n<!DOCTYPE html><p>Sign in'), /is a web page, not data, found "<!DOCTYPE html>/],
    [
      'compressed ranges alone',
      (_, response) => {
        response.writeHead(206, { 'content-encoding': 'gzip', 'content-range': 'bytes 0-2/3' }).end('abc');
        return 'answered';
      },
      /could not be read from byte 0 on: 3 attempts.*"ranges of compressed bytes/,
    ],
    [
      'ranges without Content-Range',
      () => ({ headers: { 'content-range': undefined } }),
      /cannot be used, found "no Content-Range"/,
    ],
    [
      'ranges of no known size',
      () => ({ headers: { 'content-range': 'bytes 0-65535/*' } }),
      /cannot be used, found "bytes 0-65535/,
    ],
    [
      'a length that is too large',
      () => ({ headers: { 'content-length': '70000' }, cutAfter: 65_000 }),
      /could not be read from byte 65\d{3} of 1000000 on/,
    ],
    [
      'a length that is too small',
      () => ({ headers: { 'content-length': '1000' } }),
      /could not be read from byte \d+ of 1000000 on/,
    ],
    ['servers in trouble', withStatus(503), /from byte 0 on: 3 attempts.*"status 503"/],
  ])('refuses an answer with %s', async (_, fault, message) => {
    server.fault = fault;
    expect(await errorOf(open())).toMatch(message);
  });

  it.each<[string, Fault, RegExp]>([
    [
      'another range',
      () => ({ headers: { 'content-range': 'bytes 5-100004/1000000' } }),
      /another range than bytes 100000 to 199999, found "bytes 5-/,
    ],
    ['compressed bytes', () => ({ headers: { 'content-encoding': 'br' } }), /is given compressed/],
    [
      'no range any more',
      () => ({ ignoresRanges: true }),
      /the whole file was given in place of bytes 100000 to 199999/,
    ],
    [
      'a length that is too small',
      () => ({ headers: { 'content-length': '5' } }),
      /could not be read from byte 1000\d\d of 1000000 on/,
    ],
  ])('refuses a later answer with %s', async (_, fault, message) => {
    const file = await open();
    server.fault = fault;
    expect(await errorOf(file.read(100_000, 200_000))).toMatch(message);
  });

  it('gives the right bytes or a typed error, whatever a server answers', async () => {
    const small = content.subarray(0, 300_000);
    const seen = { right: 0, refused: 0 };
    for (let seed = 0; seed < 60; seed++) {
      const random = randomStream(seed, 'answers');
      const draw = (below: number): number => Math.floor(random.uniform() * below);
      server.put('file', small);
      const oftenSound = draw(3) > 0;
      server.fault = (request, response) => {
        if (draw(oftenSound ? 8 : 2) > 0) return undefined;
        switch (draw(7)) {
          case 0:
            return { cutAfter: draw(70_000) };
          case 1:
            return { ignoresRanges: true };
          case 2:
            return { headers: { 'content-range': `bytes ${draw(70_000)}-${draw(400_000)}/${draw(2) * 300_000}` } };
          case 3:
            return { headers: { 'content-length': String(draw(100_000)) } };
          case 4:
            return { headers: { 'content-range': undefined, etag: draw(2) === 0 ? undefined : `"${draw(3)}"` } };
          case 5:
            return withStatus([200, 204, 304, 404, 416, 500, 503][draw(7)] as number)(request, response);
          default:
            response.socket?.destroy();
            return 'answered';
        }
      };
      const hasty = startReading({ attempts: 2, pause: 0.001, patience: 0.3 });
      const read = openRemoteFile(parseAddress(server.at('file')), hasty).then(whole);
      const result = await read.catch((error: unknown) => error);
      if (result instanceof Buffer) {
        expect([seed, result.equals(small)]).toEqual([seed, true]);
        seen.right++;
      } else {
        expect([seed, KaleidoError.isInstance(result) ? 'typed' : result]).toEqual([seed, 'typed']);
        seen.refused++;
      }
    }
    expect(seen.right).toBeGreaterThan(10);
    expect(seen.refused).toBeGreaterThan(10);
  });

  it('says that a host is unknown', async () => {
    expect(await errorOf(open('http://no-such-host.invalid/file'))).toMatch(/cannot be reached|could not be read/);
  });

  it.each(['ftp://host/file', 's3://bucket/file', 'https://'])('refuses %s', (address) => {
    expect(() => parseAddress(address)).toThrow(/is not an address that is read/);
  });
});
