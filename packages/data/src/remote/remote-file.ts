import { Readable } from 'node:stream';
import { contentRange } from '@kaleido/foundation';
import type { DataFile } from '../data-file.ts';
import { retrying } from '../fetch/network.ts';
import { changeOf, type FileVersion, ifRange, isCompressed, versionOf, versionText } from './file-version.ts';
import type { KeptRanges } from './kept-ranges.ts';
import { PictureAddresses } from './picture-addresses.ts';
import { lastPart, type RemoteAddress } from './remote-address.ts';
import type { RemoteReading } from './remote-reading.ts';
import { changed, cutOff, progress, remoteError, request } from './request.ts';

/** A smaller range costs as much as this one. */
const leastRequest = 2 ** 16;
/** Pieces of a stream: small ones at first, so that the first rows are soon there. */
const [firstPiece, largestPiece] = [2 ** 18, 2 ** 23];

/** What the first request found out. */
export interface OpenedRemotely {
  readonly version: FileVersion;
  readonly size: number;
  /** The bytes that came with it. */
  readonly kept: KeptRanges;
  /** The name and media type that the server gives the file; empty if it does not. */
  readonly told: { readonly name: string; readonly type: string };
}

/**
 * A file behind an address, read in ranges. Every byte is fetched once, and kept in the temporary file of `reading` as far
 * as there is room. Every answer must be of the version that the first one was of.
 */
export class RemoteFile implements DataFile {
  readonly path: string;
  readonly name: string;
  readonly folder: string;
  readonly pictures: PictureAddresses;
  /** The name and type that the server gave it. */
  readonly told: OpenedRemotely['told'];
  readonly #address: RemoteAddress;
  readonly #reading: RemoteReading;
  readonly #version: FileVersion;
  readonly #size: number;
  readonly #kept: KeptRanges;

  /** @see openRemoteFile */
  constructor(address: RemoteAddress, reading: RemoteReading, { version, size, kept, told }: OpenedRemotely) {
    const { pathname, origin } = address.url;
    const parts = pathname.split('/');
    this.path = address.shown;
    this.name = lastPart(address.url);
    this.folder = `${origin}${parts.slice(0, -1).join('/')}`;
    this.pictures = new PictureAddresses(address, reading);
    this.told = told;
    this.#address = address;
    this.#reading = reading;
    this.#version = version;
    this.#size = size;
    this.#kept = kept;
  }

  async size(): Promise<number> {
    return this.#size;
  }

  get version(): string | undefined {
    return versionText({ ...this.#version, size: this.#size });
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(Math.max(0, Math.min(end, this.#size) - start));
    for (const part of this.#kept.parts(start, start + bytes.length)) {
      const target = bytes.subarray(part.start - start, part.end - start);
      if (part.at === undefined) await this.#fetch(part.start, target);
      else await this.#reading.store.read(part.at, target);
    }
    return bytes;
  }

  stream(): Readable {
    return Readable.from(this.pieces(), { objectMode: false });
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    let length = firstPiece;
    for (let at = 0; at < this.#size; ) {
      const piece = await this.read(at, at + length);
      yield piece;
      at += piece.length;
      length = Math.min(2 * length, largestPiece);
    }
  }

  /** Fills `target` with the bytes from `start`, of which none is kept; more are fetched if they are few. */
  async #fetch(start: number, target: Uint8Array): Promise<void> {
    const wanted = start + Math.max(target.length, leastRequest);
    const end = this.#kept.parts(start, Math.min(wanted, this.#size))[0]?.end ?? start + target.length;
    const bytes = end - start === target.length ? target : new Uint8Array(end - start);
    let done = 0;
    await retrying(
      () =>
        request(
          this.#address,
          this.#reading,
          { headers: { range: `bytes=${start + done}-${end - 1}`, ...ifRange(this.#version) }, expected: [416] },
          async (response, body) => {
            this.#check(response, start + done, end);
            for await (const piece of body) {
              if (done + piece.length > bytes.length)
                throw remoteError(
                  this.#address,
                  'was answered with more bytes than were asked for',
                  `more than ${bytes.length}`,
                  'download it, and give its path',
                );
              bytes.set(piece, done);
              done += piece.length;
            }
            if (done < bytes.length) throw new Error('the answer ended early');
          },
        ),
      () => progress(done),
      (attempts, cause) => cutOff(this.#address, start + done, this.#size, attempts, cause),
      this.#reading.network,
    );
    if (bytes !== target) target.set(bytes.subarray(0, target.length));
    const at = await this.#reading.store.keep(bytes);
    // Another read may have kept some of them in the meantime.
    if (at !== undefined)
      for (const part of this.#kept.parts(start, end))
        if (part.at === undefined) this.#kept.add(part.start, part.end, at + part.start - start);
  }

  /** Checks that an answer is the range of this version that was asked for. */
  #check(response: Response, start: number, end: number): void {
    const found = versionOf(response);
    const range = response.status === 206 ? contentRange(response.headers) : undefined;
    const change = response.status === 416 ? `no bytes from ${start} on any more` : changeOf(this.#version, found);
    if (change !== undefined) throw changed(this.#address, change);
    if (response.status === 200) throw new Error(`the whole file was given in place of bytes ${start} to ${end - 1}`);
    if (isCompressed(response.headers))
      throw remoteError(
        this.#address,
        'is given compressed, although its plain bytes were asked for',
        response.headers.get('content-encoding'),
        'download it, and give its path',
      );
    if (range === undefined || range.start !== start || range.end > end)
      throw remoteError(
        this.#address,
        `was answered with another range than bytes ${start} to ${end - 1}`,
        response.headers.get('content-range') ?? 'no Content-Range',
        'download it, and give its path',
      );
  }
}
