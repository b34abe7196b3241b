import { setTimeout as sleep } from 'node:timers/promises';
import { connectionAdvice, fetchReason, KaleidoError } from '@kaleido/foundation';

/** How long a connection may fail. */
export interface NetworkOptions {
  /** Timeout in seconds: a connection without a byte for so long is closed. Default 60. */
  readonly patience?: number;
  /** Attempts without progress after which the download fails. Default 5. */
  readonly attempts?: number;
  /** Seconds to wait before the second attempt; the wait doubles each time. Default 1. */
  readonly pause?: number;
}

/** The server asks to come back later. */
export class ServerBusy extends Error {
  /** @param wait seconds, if the server says how many */
  constructor(
    status: number,
    readonly wait?: number,
  ) {
    super(`status ${status}`);
  }
}

/** A server that says "in an hour" is not waited for. */
const longestWait = 60;

/** Statuses of servers that may answer later; RFC 9110 and 6585. */
export function isBusy(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** Of an answer with a busy status. @param after the header `Retry-After`: seconds, as others are rare */
export function serverBusy(status: number, after: string | null): ServerBusy {
  return after !== null && /^\d{1,5}$/.test(after) ? new ServerBusy(status, Number(after)) : new ServerBusy(status);
}

/**
 * What to do about a connection that no second attempt mends; undefined for a failure that may pass. The name of a host
 * that has answered is unknown only as long as this machine has no network.
 */
export function lastingAdvice(cause: unknown, hasAnswered: boolean): string | undefined {
  const reason = fetchReason(cause);
  return hasAnswered && reason === 'ENOTFOUND' ? undefined : connectionAdvice(reason);
}

/**
 * Runs requests until one succeeds. A failure after progress begins the count of attempts anew.
 * @param attempt what it throws ends everything if it is a `KaleidoError` or the signal is aborted; else it is tried again
 * @param progress a number that grows as bytes arrive
 * @param giveUp makes the error of the last attempt
 */
export async function retrying<Result>(
  attempt: () => Promise<Result>,
  progress: () => number | Promise<number>,
  giveUp: (attempts: number, cause: unknown) => Promise<KaleidoError> | KaleidoError,
  { attempts = 5, pause = 1, signal }: NetworkOptions & { readonly signal?: AbortSignal } = {},
): Promise<Result> {
  for (let failures = 0; ; ) {
    const before = await progress();
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      if (KaleidoError.isInstance(error)) throw error;
      failures = (await progress()) > before ? 1 : failures + 1;
      if (failures >= attempts) throw await giveUp(attempts, error);
      const asked = error instanceof ServerBusy ? Math.min(error.wait ?? 0, longestWait) : 0;
      const wait = Math.max(pause * 2 ** (failures - 1), asked);
      await sleep(1000 * wait, undefined, signal === undefined ? {} : { signal });
    }
  }
}

/**
 * Runs a request that is aborted if nothing arrives for `patience` seconds.
 * @param request calls `alive` for every sign of life
 */
export async function patiently<Result>(
  request: (signal: AbortSignal, alive: () => void) => Promise<Result>,
  { patience = 60, signal }: NetworkOptions & { readonly signal?: AbortSignal } = {},
): Promise<Result> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stop.abort(new Error(`no byte for ${patience} s`)), 1000 * patience);
  };
  alive();
  try {
    return await request(signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]), alive);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The pieces of a body; ends with the reason of the signal when that is aborted. The body itself does not always: in Node
 * 20.20, an abort while a piece is worked on, when the last bytes have arrived, leaves its reader waiting for ever.
 * @param alive is called for each piece
 */
export async function* bodyPieces(
  { body }: Response,
  signal: AbortSignal,
  alive: () => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await unlessAborted(reader.read(), signal);
      if (done) return;
      alive();
      yield value;
    }
  } finally {
    // Closes the connection of a body that was not read to its end. It may wait for ever too.
    reader.cancel().catch(() => undefined);
  }
}

/** Not `Promise.race`: its losers would hold every piece for as long as the signal lives. */
function unlessAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
