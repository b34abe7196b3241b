import type { OnProgress } from './engine-api.ts';

/** Files of a model folder, those that every folder must have first. */
const required: readonly string[] = ['config.json', 'model.safetensors', 'preprocessor.json', 'vocab.txt'];
const optional: readonly string[] = [
  'tokenizer_config.json',
  'classifier.json',
  'classifier.safetensors',
  'aligner.safetensors',
];

/** A file as a folder's `files.json` lists it. */
interface ListedFile {
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** Each file is kept under its hash: a new page never opens an old model. */
const cacheName = 'kaleido-models-1';

/**
 * A model folder from a server as files, with progress. What was fetched once is kept by the browser, so that the page
 * opens offline.
 * @param folder has a `files.json` with the size and the hash of each file
 */
export async function fetchModel(folder: URL, onProgress: OnProgress): Promise<File[]> {
  // A full disk or a private window keeps nothing, and the page works all the same.
  const cache = await globalThis.caches?.open(cacheName).catch(() => undefined);
  const listed = await fetchList(new URL('files.json', folder), cache);
  const missing = required.filter((name) => listed[name] === undefined);
  if (missing.length > 0) throw new Error(`The model folder on this server has no ${missing.join(', ')}.`);
  const files = [...required, ...optional].flatMap((name) => {
    const own = listed[name];
    return own === undefined ? [] : [{ name, ...own }];
  });
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let loaded = 0;
  const arrived = (bytes: number): void => {
    loaded += bytes;
    onProgress(loaded, total);
  };
  arrived(0);
  return Promise.all(files.map((file) => fetchFile(folder, file, cache, arrived)));
}

/** The newest list, or the kept one where the server does not answer. */
async function fetchList(url: URL, cache: Cache | undefined): Promise<Readonly<Record<string, ListedFile>>> {
  let response: Response;
  try {
    response = await fetchOk(url, { cache: 'no-cache' });
    await cache?.put(url.href, response.clone()).catch(() => undefined);
  } catch (error) {
    const kept = await cache?.match(url.href).catch(() => undefined);
    if (kept === undefined) throw error;
    response = kept;
  }
  try {
    return (await response.json()) as Readonly<Record<string, ListedFile>>;
  } catch (cause) {
    await cache?.delete(url.href).catch(() => undefined);
    throw new Error(`${nameOf(url)} arrived damaged. Reload the page.`, { cause });
  }
}

/** @param arrived is told how many bytes came */
async function fetchFile(
  folder: URL,
  { name, bytes, sha256 }: ListedFile & { readonly name: string },
  cache: Cache | undefined,
  arrived: (bytes: number) => void,
): Promise<File> {
  const url = new URL(name, folder);
  // Caches between here and the server keep other versions apart by it, too.
  url.search = `v=${sha256.slice(0, 16)}`;
  const kept = await cache?.match(url.href).catch(() => undefined);
  if (kept !== undefined) {
    const file = new File([await kept.blob()], name);
    if (file.size === bytes) {
      arrived(bytes);
      return file;
    }
  }
  const file = await readFile(await fetchOk(url), url, name, arrived);
  const again = 'Close all tabs of this page, and open it again.';
  if (file.size !== bytes)
    throw new Error(
      `${nameOf(url)} arrived with ${file.size} of ${bytes} bytes: it was cut, or is of a newer version of this page. ${again}`,
    );
  if (!(await hasHash(file, sha256)))
    throw new Error(`${nameOf(url)} is damaged, or of a newer version of this page. ${again}`);
  await keep(cache, url, file);
  return file;
}

async function readFile(response: Response, url: URL, name: string, arrived: (bytes: number) => void): Promise<File> {
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error(`The server sent nothing for ${nameOf(url)}.`);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return new File(parts, name);
      parts.push(value);
      arrived(value.length);
    }
  } catch (cause) {
    throw new Error(`${nameOf(url)} did not arrive whole: the connection broke. Reload the page.`, { cause });
  }
}

/** Without HTTPS browsers compute no hashes: there the size alone is compared. */
async function hasHash(file: File, sha256: string): Promise<boolean> {
  if (globalThis.crypto?.subtle === undefined) return true;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') === sha256;
}

/** Keeps a file in place of its other versions. */
async function keep(cache: Cache | undefined, url: URL, file: File): Promise<void> {
  if (cache === undefined) return;
  try {
    for (const { url: other } of await cache.keys())
      if (other !== url.href && new URL(other).pathname === url.pathname) await cache.delete(other);
    await cache.put(url.href, new Response(file));
  } catch {
    // The file is there; only the next visit has to fetch it again.
  }
}

/** @throws Error for readers where the server does not answer, or not with the file */
async function fetchOk(url: URL, options: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, options);
  } catch (cause) {
    throw new Error(`${nameOf(url)} could not be loaded: this device is offline, or the server does not answer.`, {
      cause,
    });
  }
  if (!response.ok) throw new Error(`${nameOf(url)} could not be loaded: the server answers ${response.status}.`);
  return response;
}

/** The file with its folder. */
function nameOf(url: URL): string {
  return url.pathname.split('/').slice(-2).join('/');
}
