import { isAddress } from '@kaleido/foundation';
import { retrying } from '../fetch/network.ts';
import { largestImage, UnusablePath } from '../image-file.ts';
import { isPage, typeOf } from './page.ts';
import type { RemoteAddress } from './remote-address.ts';
import type { RemoteReading } from './remote-reading.ts';
import { cutOff, request } from './request.ts';

/** A picture that was fetched: where it is kept. */
interface KeptPicture {
  readonly at: number;
  readonly length: number;
}

type Picture = Uint8Array | UnusablePath;

/** Statuses of a server that works, and does not have the picture: S3 says 403 for that. 401 is about all of them. */
const notGiven = [403, 404, 410];

/**
 * The pictures of a table behind an address. Their paths are relative to it, or addresses on the same host: rows do not
 * decide which hosts are asked. Each is fetched once, and kept in the temporary file as far as there is room.
 */
export class PictureAddresses {
  readonly #base: RemoteAddress;
  readonly #reading: RemoteReading;
  readonly #kept = new Map<string, KeptPicture | UnusablePath>();

  /** @param base the table */
  constructor(base: RemoteAddress, reading: RemoteReading) {
    this.#base = base;
    this.#reading = reading;
  }

  /** The bytes of the picture at the path in a row, or why there are none. @throws KaleidoError if the server fails */
  async read(path: string): Promise<Picture> {
    const address = addressOf(path, this.#base);
    if (address instanceof UnusablePath) return address;
    const key = address.url.href;
    const kept = this.#kept.get(key);
    if (kept instanceof UnusablePath) return kept;
    if (kept !== undefined) {
      const bytes = new Uint8Array(kept.length);
      await this.#reading.store.read(kept.at, bytes);
      return bytes;
    }
    const found = await fetchPicture(address, path, this.#reading);
    const at = found instanceof UnusablePath ? undefined : await this.#reading.store.keep(found);
    if (found instanceof UnusablePath) this.#kept.set(key, found);
    else if (at !== undefined) this.#kept.set(key, { at, length: found.length });
    return found;
  }
}

/** The address of the picture at a path. */
function addressOf(path: string, base: RemoteAddress): RemoteAddress | UnusablePath {
  const relative = isAddress(path) ? path : path.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  const url = URL.canParse(relative, base.url.href) ? new URL(relative, base.url.href) : undefined;
  if (url === undefined || path.includes('\0')) return new UnusablePath(path, 'is not an address');
  if (url.origin !== base.url.origin || url.username !== '' || url.password !== '')
    return new UnusablePath(path, `is an address on another host than the table, which is not asked`);
  return { ...base, url, shown: url.href };
}

async function fetchPicture(address: RemoteAddress, path: string, reading: RemoteReading): Promise<Picture> {
  let done = 0;
  return retrying(
    () =>
      request(address, reading, { expected: notGiven }, async (response, body): Promise<Picture> => {
        const { status, headers } = response;
        if (notGiven.includes(status)) return new UnusablePath(path, `is not given by the server: status ${status}`);
        const parts: Uint8Array[] = [];
        done = 0;
        for await (const part of body) {
          if (done === 0 && isPage(part, typeOf(headers))) return new UnusablePath(path, 'leads to a web page');
          parts.push(part);
          done += part.length;
          if (done > largestImage)
            return new UnusablePath(path, `is larger than a picture: over ${largestImage} bytes`);
        }
        return new Uint8Array(Buffer.concat(parts));
      }),
    // A picture is begun anew: bytes of an attempt that failed are no progress.
    () => 0,
    (attempts, cause) => cutOff(address, done, undefined, attempts, cause),
    reading.network,
  );
}
