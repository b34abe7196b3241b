import type { NetworkOptions } from '../fetch/network.ts';
import { TemporaryBytes } from './temporary-bytes.ts';

/** As many as browsers open to a host. */
const mostRequests = 6;

/** What all files of a data set share. */
export interface RemoteReading {
  readonly network: NetworkOptions;
  readonly store: TemporaryBytes;
  /** Hosts that have answered. */
  readonly answered: Set<string>;
  /** Runs a request when fewer than six others run. */
  gate<Result>(request: () => Promise<Result>): Promise<Result>;
  /** Receives warnings. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

export function startReading(
  network: NetworkOptions = {},
  onWarning?: (message: string) => void,
  store: TemporaryBytes = new TemporaryBytes(),
): RemoteReading {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    network,
    store,
    answered: new Set(),
    onWarning,
    async gate(request) {
      if (running >= mostRequests) await new Promise<void>((resolve) => waiting.push(resolve));
      else running++;
      try {
        return await request();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running--;
        else next();
      }
    },
  };
}
