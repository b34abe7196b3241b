import { fetchReason, KaleidoError } from '@kaleido/foundation';
import { bodyPieces, isBusy, lastingAdvice, patiently, serverBusy } from '../fetch/network.ts';
import type { RemoteAddress } from './remote-address.ts';
import type { RemoteReading } from './remote-reading.ts';

/** An error about a remote file. */
export function remoteError(
  { shown }: RemoteAddress,
  problem: string,
  found: unknown,
  advice: string,
  cause?: unknown,
): KaleidoError {
  return new KaleidoError({
    source: 'data',
    problem: `${shown} ${problem}`,
    ...(found === undefined ? {} : { found }),
    advice,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Another version of a file that is being read. */
export function changed(address: RemoteAddress, change: string): KaleidoError {
  return remoteError(address, 'changed while it was read', change, 'start again when it stays as it is');
}

/** Progress in bytes as attempts count it: a server that gives some bytes an answer would take for ever. */
export function progress(bytes: number): number {
  return Math.floor(bytes / 2 ** 14);
}

/** The last of several failures. @param at the byte that did not arrive */
export function cutOff(
  address: RemoteAddress,
  at: number,
  size: number | undefined,
  attempts: number,
  cause: unknown,
): KaleidoError {
  const of = size === undefined ? '' : ` of ${size}`;
  return remoteError(
    address,
    `could not be read from byte ${at}${of} on: ${attempts} attempts without progress`,
    fetchReason(cause),
    'start again later; or download it, and give its path',
    cause,
  );
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses that `use` handles, besides 200 and 206. */
  readonly expected?: readonly number[];
}

/**
 * One request. Redirects are followed, 20 at most; to another host they go without the password.
 * @param use reads the answer and the pieces of its body
 * @throws KaleidoError for a status that a second attempt does not change; other errors for those that it may
 */
export async function request<Result>(
  address: RemoteAddress,
  reading: RemoteReading,
  { headers = {}, expected = [] }: RequestOptions,
  use: (response: Response, body: AsyncIterable<Uint8Array>) => Promise<Result>,
): Promise<Result> {
  const { url, authorization } = address;
  return reading.gate(() =>
    patiently(async (signal, alive) => {
      const response = await fetch(url, {
        headers: {
          // Ranges of a compressed answer would be other bytes.
          'accept-encoding': 'identity',
          ...(authorization === undefined ? {} : { authorization }),
          ...headers,
        },
        signal,
      }).catch((cause: unknown) => {
        const advice = lastingAdvice(cause, reading.answered.has(url.host));
        throw advice === undefined
          ? cause
          : remoteError(address, 'cannot be reached', fetchReason(cause), advice, cause);
      });
      reading.answered.add(url.host);
      alive();
      try {
        const { status } = response;
        if (isBusy(status)) throw serverBusy(status, response.headers.get('retry-after'));
        if (status !== 200 && status !== 206 && !expected.includes(status)) throw refused(address, status);
        return await use(response, bodyPieces(response, signal, alive));
      } finally {
        // Of a body that was not read to its end, the connection is closed.
        if (!response.bodyUsed) response.body?.cancel().catch(() => undefined);
      }
    }, reading.network),
  );
}

function refused(address: RemoteAddress, status: number): KaleidoError {
  const found = `status ${status}`;
  if (status === 404 || status === 410)
    return remoteError(address, 'is not on the server', found, 'check the address: names are case-sensitive');
  if (status === 401 || status === 403)
    return remoteError(
      address,
      'is not given to everyone',
      found,
      'write https://USER:PASSWORD@host/path, or take a new signed address; or download it, and give its path',
    );
  return remoteError(address, 'was refused', found, 'check the address');
}
