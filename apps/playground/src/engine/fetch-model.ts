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
  const listed = (await (await fetchKept(new URL('files.json', folder), signal)).json()) as Record<string, number>;
  const missing = required.filter((name) => listed[name] === undefined);
  if (missing.length > 0) throw new Error(`The model folder on this server has no ${missing.join(', ')}.`);
  const names = [...required, ...optional].filter((name) => listed[name] !== undefined);
  const total = names.reduce((sum, name) => sum + (listed[name] as number), 0);
  let loaded = 0;
  onProgress(0, total);
  return Promise.all(
    names.map(async (name) => {
      const response = await fetchKept(new URL(name, folder), signal);
      const parts: Uint8Array<ArrayBuffer>[] = [];
      const reader = response.body?.getReader();
      if (reader === undefined) throw new Error(`The server sent nothing for ${name}.`);
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        parts.push(value);
        loaded += value.length;
        onProgress(loaded, total);
      }
      const file = new File(parts, name);
      if (file.size !== listed[name])
        throw new Error(`${name} arrived with ${file.size} of ${listed[name]} bytes. Reload the page.`);
      return file;
    }),
  );
}

/** From the cache, else from the server. A full disk or a private window keeps nothing, and the page works all the same. */
async function fetchKept(url: URL, signal?: AbortSignal): Promise<Response> {
  const cache = await globalThis.caches?.open(cacheName).catch(() => undefined);
  const kept = await cache?.match(url.href).catch(() => undefined);
  if (kept !== undefined) return kept;
  let response: Response;
  try {
    response = await fetch(url, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw new Error(`${name(url)} could not be loaded: this device is offline, or the server does not answer.`, {
      cause,
    });
  }
  if (!response.ok) throw new Error(`${name(url)} could not be loaded: the server answers ${response.status}.`);
  await cache?.put(url.href, response.clone()).catch(() => undefined);
  return response;
}

function name(url: URL): string {
  return url.pathname.split('/').slice(-2).join('/');
}
