import { contentRange, type KaleidoError } from '@kaleido/foundation';
import { retrying } from '../fetch/network.ts';
import { changeOf, type FileVersion, isCompressed, versionOf } from './file-version.ts';
import { KeptRanges } from './kept-ranges.ts';
import { isPage, typeOf } from './page.ts';
import type { RemoteAddress } from './remote-address.ts';
import { type OpenedRemotely, RemoteFile } from './remote-file.ts';
import type { RemoteReading } from './remote-reading.ts';
import { changed, cutOff, progress, remoteError, request } from './request.ts';

/** Enough to see what a file is, and for the header of a table. */
const firstBytes = 2 ** 16;

/**
 * Opens the file behind an address with a request for its first bytes; many servers of signed addresses refuse HEAD. If
 * the server answers with the whole file, all of it is kept at once: without ranges, reading again is a download each time.
 * The same is done for a file that is stored compressed: its ranges would be of the compressed bytes.
 * @throws KaleidoError for a server that refuses it or cannot be reached, for a web page, and for a file without ranges
 *   that is too large to be kept
 */
export async function openRemoteFile(address: RemoteAddress, reading: RemoteReading): Promise<RemoteFile> {
  const opening = new Opening(address, reading);
  const ask = (headers: Readonly<Record<string, string>>): Promise<OpenedRemotely | undefined> =>
    request(address, reading, { headers, expected: [416] }, (response, body) => opening.receive(response, body));
  const opened = await retrying(
    async () => {
      const found = (await ask({ range: `bytes=${opening.start}-${firstBytes - 1}` })) ?? (await ask({}));
      if (found === undefined) throw new Error('ranges of compressed bytes, also where the whole file was asked for');
      return found;
    },
    () => progress(opening.done),
    (attempts, cause) => cutOff(address, opening.done, opening.version?.size, attempts, cause),
    reading.network,
  );
  return new RemoteFile(address, reading, opened);
}

/** What has arrived, over several attempts. */
class Opening {
  /** Bytes from the start. */
  done = 0;
  version: FileVersion | undefined;
  #hasRanges = false;
  readonly #kept = new KeptRanges();
  readonly #address: RemoteAddress;
  readonly #reading: RemoteReading;

  constructor(address: RemoteAddress, reading: RemoteReading) {
    this.#address = address;
    this.#reading = reading;
  }

  /** The first byte to ask for: after a cut, those of a range need not come again. */
  get start(): number {
    return this.#hasRanges ? this.done : 0;
  }

  /** @returns undefined for a range of compressed bytes, which tells nothing about the file */
  async receive(response: Response, body: AsyncIterable<Uint8Array>): Promise<OpenedRemotely | undefined> {
    const { headers, status } = response;
    if (status === 206 && isCompressed(headers)) return undefined;
    const told = { name: fileNameOf(headers), type: typeOf(headers) };
    const version = versionOf(response);
    const opened = (size: number): OpenedRemotely => ({ version, size, kept: this.#kept, told });
    // An empty file has no range.
    if (status === 416 && this.done === 0) return opened(0);
    if (status === 416) throw changed(this.#address, `no bytes from ${this.done} on any more`);
    const change = this.version && changeOf(this.version, version);
    if (change !== undefined) throw changed(this.#address, change);
    this.version = version;
    const isWhole = status === 200;
    const end = isWhole ? version.size : this.#endOfRange(headers);
    let at = isWhole ? 0 : this.start;
    this.#hasRanges = !isWhole;
    if (isWhole && end !== undefined) await this.#requireRoom(end);
    for await (const piece of body) {
      if (at === 0) refusePage(this.#address, piece, told.type);
      await this.#take(at, piece, isWhole);
      at += piece.length;
    }
    if (at < (end ?? this.done)) throw new Error('the answer ended early');
    if (!isWhole) return opened(version.size as number);
    const { host } = this.#address.url;
    const why = isCompressed(headers) ? 'stores it compressed' : 'answers no range requests';
    this.#reading.onWarning?.(
      `@kaleido/data: ${host} ${why}: all ${at} bytes of ${this.#address.shown} were copied to a temporary file first`,
    );
    return opened(at);
  }

  #endOfRange(headers: Headers): number {
    const range = contentRange(headers);
    if (range?.start === this.start && range.size !== undefined && range.end <= firstBytes) return range.end;
    throw remoteError(
      this.#address,
      'is answered in ranges that cannot be used',
      headers.get('content-range') ?? 'no Content-Range',
      'download it, and give its path',
    );
  }

  /** Keeps what is new of a piece. After a cut the beginning comes again, and must be as it was. */
  async #take(at: number, piece: Uint8Array, isWhole: boolean): Promise<void> {
    const { store } = this.#reading;
    for (const part of this.#kept.parts(at, at + piece.length)) {
      const bytes = piece.subarray(part.start - at, part.end - at);
      if (part.at !== undefined) {
        const before = new Uint8Array(bytes.length);
        await store.read(part.at, before);
        if (Buffer.compare(before, bytes) !== 0)
          throw changed(this.#address, `other bytes in ${part.start} to ${part.end - 1} than before`);
        continue;
      }
      const place = await store.keep(bytes);
      if (place !== undefined) this.#kept.add(part.start, part.end, place);
      else if (isWhole) throw await this.#tooLarge(`${part.end} bytes or more`);
    }
    this.done = Math.max(this.done, at + piece.length);
  }

  async #requireRoom(size: number): Promise<void> {
    if (size > (await this.#reading.store.room())) throw await this.#tooLarge(`${size} bytes`);
  }

  async #tooLarge(bytes: string): Promise<KaleidoError> {
    return remoteError(
      this.#address,
      'cannot be read in ranges, and is larger than the room for a temporary file',
      `${bytes}, room for ${await this.#reading.store.room()}`,
      'download it, and give its path; or set TMPDIR to a folder with more space',
    );
  }
}

/** Sign-in pages and views of a file come with status 200. */
function refusePage(address: RemoteAddress, head: Uint8Array, type: string): void {
  if (!isPage(head, type)) return;
  throw remoteError(
    address,
    'is a web page, not data',
    new TextDecoder('latin1').decode(head.subarray(0, 60)).trim(),
    'give the address behind its download button; of Hugging Face, that with /resolve/ in place of /blob/; a folder cannot be listed, so name its files',
  );
}

/** From `Content-Disposition`, as scripts that make files send it. */
function fileNameOf(headers: Headers): string {
  const [, quoted, plain] = /filename=(?:"([^"]*)"|([^;\s]+))/i.exec(headers.get('content-disposition') ?? '') ?? [];
  return (quoted ?? plain ?? '').replace(/^.*[\\/]/, '');
}
