import { folderAtUrl, KaleidoError } from '@kaleido/foundation';

/** Reads a whole file. @throws KaleidoError where it cannot be read */
export async function readUrl(url: URL): Promise<Uint8Array> {
  const folder = new URL('.', url);
  folder.search = url.search;
  const files = folderAtUrl(folder);
  const name = url.pathname.split('/').at(-1) ?? '';
  const found = await files.open(name);
  if (found === undefined)
    throw new KaleidoError({
      source: 'pipeline',
      problem: `cannot read ${url.href}`,
      found: files.whyAbsent(name),
      advice: 'check the URL',
    });
  return found.read(0, found.size);
}
