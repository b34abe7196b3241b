import { connectionAdvice } from './connection-advice.ts';
import { contentRange } from './content-range.ts';
import { fetchReason } from './fetch-reason.ts';
import { fileKind } from './file-kind/find-file-kind.ts';
import { type ByteSource, bytesInMemory, type FolderFiles } from './folder-files.ts';
import { KaleidoError } from './kaleido-error.ts';

/** Bytes of the first request: smaller files need no other; larger files are read in parts on demand. */
const firstRequest = 16 * 2 ** 20;
/** Most bytes of one array in a browser. */
const largestAnswer = 2 ** 31;

/**
 * The URL of an `http` or `https` address.
 * @returns undefined for a path, and for a URL of another kind
 * @throws KaleidoError for an address that is not a URL
 */
export function webUrl(place: string | URL): URL | undefined {
  if (!/^https?:\/\//i.test(String(place))) return undefined;
  try {
    return new URL(place);
  } catch (cause) {
    throw new KaleidoError({
      source: 'foundation',
      problem: 'a web address must be a URL',
      found: String(place),
      advice: 'e.g. https://example.com/folder',
      cause,
    });
  }
}

/**
 * The files under a URL, read with `fetch`. A large file is read in parts if the server supports ranges; otherwise it
 * is held in memory while open, and refused above 2 GB. A file that changes while it is open is refused.
 * @param url of the folder, or of its file `main`; its query is sent with each file
 * @param main name of the file by which the folder may be named too, e.g. `config.json`
 */
export function folderAtUrl(url: URL, main?: string): FolderFiles {
  const folder = new URL(url);
  if (main !== undefined && folder.pathname.endsWith(`/${main}`))
    folder.pathname = folder.pathname.slice(0, -main.length);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  folder.hash = '';
  const reasons = new Map<string, string>();
  const pathOf = (file: string): string => {
    const path = new URL(file, folder);
    path.search = folder.search;
    return path.href;
  };
  return {
    name: folder.href,
    pathOf,
    async open(file) {
      const path = pathOf(file);
      const { response, bytes } = await request(path, 0, firstRequest);
      const { status } = response;
      if (status === 416) return bytesInMemory(path, new Uint8Array());
      if (status === 404 || status === 410) {
        reasons.set(file, `HTTP ${status}`);
        return undefined;
      }
      if (!response.ok) throw refuse(path, `HTTP ${status}`, 'check the URL, and that it may be read');
      // A development server answers requests for missing files with its page.
      if (
        /^text\/html\b/.test(response.headers.get('content-type') ?? '') ||
        fileKind(bytes)?.name === 'an HTML page'
      ) {
        reasons.set(file, `an HTML page (HTTP ${status})`);
        return undefined;
      }
      return status === 206 ? inRanges(path, bytes, response) : bytesInMemory(path, bytes);
    },
    whyAbsent: (file) => reasons.get(file) ?? 'HTTP 404',
  };
}

/** @param first the answer to the first request, whose body was `start` */
function inRanges(path: string, start: Uint8Array, first: Response): ByteSource {
  const { begin: firstBegin, size } = partOf(path, first);
  const version = versionOf(first);
  if (firstBegin !== 0 || start.length > size)
    throw refuse(path, `bytes from ${firstBegin} on, not from 0`, 'use a server that knows range requests');
  return {
    name: path,
    size,
    async read(begin, end) {
      if (end <= start.length) return start.slice(begin, end);
      const whole = new Uint8Array(end - begin);
      // A server may send fewer bytes than requested.
      for (let at = begin; at < end; ) {
        const { response, bytes } = await request(path, at, end);
        const changed = (found: string): KaleidoError =>
          refuse(path, found, 'the file may have changed: open it again');
        if (response.status !== 206 || bytes.length === 0 || bytes.length > end - at)
          throw changed(`HTTP ${response.status} with ${bytes.length} bytes of ${end - at}`);
        const part = partOf(path, response);
        if (part.begin !== at || part.size !== size)
          throw changed(`bytes from ${part.begin} on of ${part.size}, not from ${at} on of ${size}`);
        if (versionOf(response) !== version) throw changed('another version than before');
        whole.set(bytes, at - begin);
        at += bytes.length;
      }
      return whole;
    },
    close: async () => undefined,
  };
}

/** The first byte of a partial answer, and the total bytes of the file. */
function partOf(path: string, response: Response): { readonly begin: number; readonly size: number } {
  const range = contentRange(response.headers);
  if (range?.size !== undefined) return { begin: range.start, size: range.size };
  throw refuse(
    path,
    'HTTP 206 without the size of the whole',
    'let the server send Content-Range, and to other origins name it in Access-Control-Expose-Headers',
  );
}

/** What tells versions of a file apart; empty where the server does not say. */
function versionOf({ headers }: Response): string {
  return headers.get('etag') ?? headers.get('last-modified') ?? '';
}

async function request(path: string, begin: number, end: number): Promise<{ response: Response; bytes: Uint8Array }> {
  let response: Response;
  try {
    response = await fetch(path, { headers: { Range: `bytes=${begin}-${end - 1}` } });
  } catch (cause) {
    const reason = fetchReason(cause);
    throw refuse(path, reason, connectionAdvice(reason) ?? 'check the URL and the connection', cause);
  }
  try {
    const bytes = await bodyOf(response);
    if (bytes !== undefined) return { response, bytes };
  } catch (cause) {
    throw refuse(path, `an answer that breaks off: ${fetchReason(cause)}`, 'try again', cause);
  }
  throw refuse(path, 'more than 2 GB at once', 'use a server that knows range requests');
}

/** @returns undefined for a body that is too large, which is then not read to its end */
async function bodyOf(response: Response): Promise<Uint8Array | undefined> {
  const announced = Number(response.headers.get('content-length') ?? 0);
  if (announced > largestAnswer) {
    await response.body?.cancel();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const reader = response.body?.getReader(); reader !== undefined; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.length;
    if (size <= largestAnswer) continue;
    await reader.cancel();
    return undefined;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function refuse(path: string, found: string, advice: string, cause?: unknown): KaleidoError {
  return new KaleidoError({ source: 'foundation', problem: `cannot read ${path}`, found, advice, cause });
}
