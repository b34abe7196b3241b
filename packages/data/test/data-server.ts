import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { testCertificate, testKey } from './certificate.ts';

/** What a server does in place of a sound answer; undefined for a sound one. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => 'answered' | SoundOptions | undefined;

/** Deviations of an answer. */
interface SoundOptions {
  readonly ignoresRanges?: boolean;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** The connection ends after this many bytes of the body. */
  readonly cutAfter?: number;
}

/** A server of files with ranges and ETags, which counts what it gives, and can be made to fail. */
export class DataServer {
  readonly files = new Map<string, Uint8Array>();
  /** Of every request, in order. */
  readonly log: { path: string; range: string | undefined; headers: IncomingMessage['headers']; bytes: number }[] = [];
  fault: Fault = () => undefined;
  readonly #scheme: 'http' | 'https';
  readonly #server: Server;

  /** @param scheme of `https` the certificate is `testCertificate` */
  constructor(scheme: 'http' | 'https' = 'http') {
    this.#scheme = scheme;
    const answer = (request: IncomingMessage, response: ServerResponse): void => this.#answer(request, response);
    this.#server =
      scheme === 'http' ? createServer(answer) : createSecureServer({ cert: testCertificate, key: testKey }, answer);
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The address of a file. */
  at(path: string): string {
    return `${this.#scheme}://${this.host}/${path}`;
  }

  put(path: string, content: Uint8Array | string): void {
    this.files.set(path, typeof content === 'string' ? Buffer.from(content) : content);
  }

  /** The bytes of all bodies. */
  get bytes(): number {
    return this.log.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://host').pathname.slice(1));
    const { range } = request.headers;
    const entry = { path, range, headers: request.headers, bytes: 0 };
    this.log.push(entry);
    const how = this.fault(request, response);
    if (how === 'answered') return;
    const content = this.files.get(path);
    if (content === undefined) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html>nothing here</html>');
      return;
    }
    const { ignoresRanges = false, headers = {}, cutAfter } = how ?? {};
    const [, first, last] = (!ignoresRanges && /^bytes=(\d+)-(\d*)$/.exec(range ?? '')) || [];
    const start = Number(first ?? 0);
    if (first !== undefined && start >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
      return;
    }
    const end = last === undefined || last === '' ? content.length : Math.min(Number(last) + 1, content.length);
    const body = content.subarray(start, end);
    const all: Record<string, string | undefined> = {
      etag: `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`,
      'content-length': String(body.length),
      ...(first === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${content.length}` }),
      ...headers,
    };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >;
    response.writeHead(first === undefined ? 200 : 206, sent);
    const given = body.subarray(0, cutAfter ?? body.length);
    entry.bytes = given.length;
    if (given.length === body.length) response.end(given);
    else {
      // The bytes arrive, and then the connection ends: its end discards those that the client has not read yet.
      response.write(given);
      setTimeout(() => response.socket?.end(), 20);
    }
  }
}
