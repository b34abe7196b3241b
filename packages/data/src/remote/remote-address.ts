import { decodedPart, KaleidoError, publicAddress } from '@kaleido/foundation';

/** An address, with what gives access to it. */
export interface RemoteAddress {
  /** Without user and password: `fetch` refuses those. */
  readonly url: URL;
  /** The header for user and password. */
  readonly authorization?: string;
  /** For messages. */
  readonly shown: string;
}

/** @throws KaleidoError for an address that is not of HTTP or HTTPS, or none at all */
export function parseAddress(text: string): RemoteAddress {
  const shown = publicAddress(text);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new KaleidoError({
      source: 'data',
      problem: `${shown} is not an address that is read`,
      found: url?.protocol ?? 'no address',
      advice: 'give an address of http or https, or copy the data and give its path',
    });
  const { username, password } = url;
  url.username = '';
  url.password = '';
  url.hash = '';
  if (username === '' && password === '') return { url, shown };
  const plain = `${decodedPart(username)}:${decodedPart(password)}`;
  return { url, shown, authorization: `Basic ${Buffer.from(plain).toString('base64')}` };
}

/** The name of the file behind an address. */
export function lastPart({ pathname }: URL): string {
  return decodedPart(pathname.split('/').at(-1) ?? '');
}
