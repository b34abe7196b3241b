import { readFile } from 'node:fs/promises';
import { decodeText, isAddress, KaleidoError, publicAddress } from '@kaleido/foundation';
import { expand } from 'brace-expansion';
import { localFile } from '../data-file.ts';

/** Each needs a request when it is opened: some minutes. */
const mostFiles = 10_000;
/** Of a list: 10,000 long addresses. */
const mostBytes = 2 ** 24;

/**
 * The addresses that a user means: one, a pattern with braces (`{train,val}-{000..007}.tar`), or the path of a `.txt` file
 * with one of these a line, in which `#` begins a comment. Undefined for other paths.
 * @throws KaleidoError for more than 10,000, for one that is there twice, and for a line that is not an address
 */
export async function listAddresses(place: string): Promise<readonly string[] | undefined> {
  if (isAddress(place)) return checked(expanded(place), publicAddress(place));
  const lines = await linesOf(place);
  if (lines === undefined) return undefined;
  const wrong = lines.find((line) => !isAddress(line));
  if (wrong !== undefined)
    throw new KaleidoError({
      source: 'data',
      problem: `${place} is a list of addresses, and one of its lines is not an address`,
      found: wrong,
      advice: 'write one address a line; # begins a comment',
    });
  return checked(lines.flatMap(expanded), place);
}

function expanded(pattern: string): string[] {
  // One more than allowed, so that more are noticed.
  return expand(pattern, { max: mostFiles + 1 });
}

function checked(addresses: readonly string[], place: string): readonly string[] {
  if (addresses.length > mostFiles)
    throw new KaleidoError({
      source: 'data',
      problem: `${place} stands for more than ${mostFiles} files`,
      advice: 'give fewer, or download them and give their folder',
    });
  const shown = new Set<string>();
  for (const address of addresses.map(publicAddress)) {
    if (shown.has(address))
      throw new KaleidoError({
        source: 'data',
        problem: `${place} has an address twice, or two that differ only in passwords, tokens or keys`,
        found: address,
        advice: 'name each file once; where a key=... says which file it is, download the files',
      });
    shown.add(address);
  }
  return addresses;
}

/** The lines of a list; undefined if the file is missing, or begins with something else. */
async function linesOf(path: string): Promise<readonly string[] | undefined> {
  if (!path.toLowerCase().endsWith('.txt')) return undefined;
  const size = await localFile(path)
    .size()
    .catch(() => undefined);
  if (size === undefined || size > mostBytes) return undefined;
  const text = decodeText(await readFile(path), { source: 'data', name: path });
  const lines = text
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
  return isAddress(lines[0] ?? '') ? lines : undefined;
}
