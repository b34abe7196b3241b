import type { OnProgress } from './engine-api.ts';

/** Files of a model folder, the one that every folder must have first. */
const required: readonly string[] = ['config.json', 'model.safetensors', 'preprocessor.json', 'vocab.txt'];
const optional: readonly string[] = [
  'tokenizer_config.json',
  'classifier.json',
  'classifier.safetensors',
  'aligner.safetensors',
];

/** Kept apart for each version of the model, so that a new page never opens an old one. */
const cacheName = 'kaleido-models-1';

/**
 * A model folder from a server as files, with progress. What was fetched once is kept by the browser, so that the page
 * opens offline.
 * @param listed the folder's files and their sizes, from its `files.json`
 */
export async function fetchModel(folder: URL, onProgress: OnProgress, signal?: AbortSignal): Promise<File[]> {
  const listing = new URL('files.json', folder);
  const listed = await readListing(await fetchWhole(listing, undefined, () => undefined, signal), listing);
  const missing = required.filter((name) => listed[name] === undefined);
  if (missing.length > 0) throw new Error(`The model folder on this server has no ${missing.join(', ')}.`);
  const names = [...required, ...optional].filter((name) => listed[name] !== undefined);
  const total = names.reduce((sum, name) => sum + (listed[name] as number), 0);
  let loaded = 0;
  onProgress(0, total);
  const add = (bytes: number): void => {
    loaded += bytes;
    onProgress(loaded, total);
  };
  return Promise.all(
    names.map(async (name) => new File([await fetchWhole(new URL(name, folder), listed[name], add, signal)], name)),
  );
}

async function readListing(content: Blob, url: URL): Promise<Record<string, number>> {
  try {
    return JSON.parse(await content.text()) as Record<string, number>;
  } catch (cause) {
    await (await openCache())?.delete(url.href).catch(() => undefined);
    throw new Error(`${nameOf(url)} arrived damaged. Reload the page.`, { cause });
  }
}

/**
 * From the cache, else from the server. Only a file of the right size is kept. A full disk or a private window keeps
 * nothing, and the page works all the same.
 * @param size undefined if it is not known
 * @param onBytes how many more have arrived
 */
async function fetchWhole(
  url: URL,
  size: number | undefined,
  onBytes: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<Blob> {
  const cache = await openCache();
  const kept = await cache
    ?.match(url.href)
    .then((response) => response?.blob())
    .catch(() => undefined);
  if (kept !== undefined && (size === undefined || kept.size === size)) {
    onBytes(kept.size);
    return kept;
  }
  const content = await fetchFresh(url, onBytes, signal);
  if (size !== undefined && content.size !== size)
    throw new Error(`${nameOf(url)} arrived with ${content.size} of ${size} bytes. Reload the page.`);
  await cache?.put(url.href, new Response(content)).catch(() => undefined);
  return content;
}

async function fetchFresh(url: URL, onBytes: (bytes: number) => void, signal: AbortSignal | undefined): Promise<Blob> {
  const response = await fetch(url, signal === undefined ? {} : { signal }).catch((cause: unknown) => {
    throw new Error(`${nameOf(url)} could not be loaded: this device is offline, or the server does not answer.`, {
      cause,
    });
  });
  if (!response.ok) throw new Error(`${nameOf(url)} could not be loaded: the server answers ${response.status}.`);
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error(`The server sent nothing for ${nameOf(url)}.`);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return new Blob(parts);
      parts.push(value);
      onBytes(value.length);
    }
  } catch (cause) {
    throw new Error(`${nameOf(url)} did not arrive whole: the connection broke. Reload the page.`, { cause });
  }
}

async function openCache(): Promise<Cache | undefined> {
  return globalThis.caches?.open(cacheName).catch(() => undefined);
}

function nameOf(url: URL): string {
  return url.pathname.split('/').slice(-2).join('/');
}
