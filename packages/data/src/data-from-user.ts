import { isAddress } from '@kaleido/foundation';
import { pathFromUser } from '@kaleido/foundation/node';
import { useProxyOfEnvironment } from './fetch/proxy.ts';

/**
 * The data that a user names on a command line, for `openData`: a path relative to the user's folder, or an address. For
 * an address, and a `.txt` file that may list some, this process uses the proxies of the environment from then on.
 * @throws KaleidoError for a proxy that is not an address
 */
export async function dataFromUser(data: string): Promise<string> {
  if (isAddress(data) || data.toLowerCase().endsWith('.txt')) await useProxyOfEnvironment();
  return isAddress(data) ? data : pathFromUser(data);
}
