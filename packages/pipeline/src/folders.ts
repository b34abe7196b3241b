import {
  type ByteSource,
  bytesInMemory,
  type FolderFiles,
  fetchReason,
  fileKind,
  KaleidoError,
} from '@kaleido/foundation';

/** Bytes of the first request: smaller files need no other; larger files are read in parts on demand. */
const firstRequest = 16 * 2 ** 20;
/** Most bytes of one array in a browser. */
const largestAnswer = 2 ** 31;

/**
 * The files under a URL, read with `fetch`. A large file is read in parts if the server supports ranges; otherwise it
 * is held in memory while open, and refused above 2 GB.
 * @param url of the folder, or of its config.json; its query is sent with each file
 */
export function folderAtUrl(url: URL): FolderFiles {
  const folder = new URL(url);
  if (folder.pathname.endsWith('/config.json')) folder.pathname = folder.pathname.slice(0, -'config.json'.length);
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
      return status === 206 ? inRanges(path, bytes, sizeOf(path, response)) : bytesInMemory(path, bytes);
    },
    whyAbsent: (file) => reasons.get(file) ?? 'HTTP 404',
  };
}

function inRanges(path: string, start: Uint8Array, size: number): ByteSource {
  return {
    name: path,
    size,
    async read(begin, end) {
      if (end <= start.length) return start.slice(begin, end);
      const whole = new Uint8Array(end - begin);
      // A server may send fewer bytes than requested.
      for (let at = begin; at < end; ) {
        const { response, bytes } = await request(path, at, end);
        if (response.status !== 206 || bytes.length === 0 || bytes.length > end - at)
          throw refuse(
            path,
            `HTTP ${response.status} with ${bytes.length} bytes of ${end - at}`,
            'the file may have changed: open it again',
          );
        whole.set(bytes, at - begin);
        at += bytes.length;
      }
      return whole;
    },
    close: async () => undefined,
  };
}

/** Total bytes of the file, from a partial answer. */
function sizeOf(path: string, response: Response): number {
  const size = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? Number.NaN);
  if (Number.isSafeInteger(size)) return size;
  throw refuse(
    path,
    'HTTP 206 without the size of the whole',
    'let the server send Content-Range, and to other origins name it in Access-Control-Expose-Headers',
  );
}

async function request(path: string, begin: number, end: number): Promise<{ response: Response; bytes: Uint8Array }> {
  let response: Response;
  try {
    response = await fetch(path, { headers: { Range: `bytes=${begin}-${end - 1}` } });
  } catch (cause) {
    throw refuse(path, fetchReason(cause), 'check the URL and the connection', cause);
  }
  if (Number(response.headers.get('content-length') ?? 0) > largestAnswer) {
    await response.body?.cancel();
    throw refuse(path, 'more than 2 GB at once', 'use a server that knows range requests');
  }
  try {
    return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
  } catch (cause) {
    throw refuse(path, `an answer that breaks off: ${fetchReason(cause)}`, 'try again', cause);
  }
}

function refuse(path: string, found: string, advice: string, cause?: unknown): KaleidoError {
  return new KaleidoError({ source: 'pipeline', problem: `cannot read ${path}`, found, advice, cause });
}

/**
 * Files of one folder that a user has picked or dropped. If several folders could be a model, e.g. in a run's folder,
 * the uppermost is used.
 */
export function folderOfFiles(picked: Iterable<File>): FolderFiles {
  const files = new Map([...picked].map((file) => [file.webkitRelativePath || file.name, file]));
  const configs = [...files.keys()].filter((path) => path === 'config.json' || path.endsWith('/config.json'));
  const folder = (configs.sort((a, b) => a.length - b.length)[0] ?? 'config.json').slice(0, -'config.json'.length);
  // Resolves `..` as a URL does.
  const inFolder = (file: string): string => decodeURI(new URL(encodeURI(folder + file), 'file:///').pathname.slice(1));
  return {
    name: folder === '' ? 'the picked files' : folder.slice(0, -1),
    pathOf: (file) => `${folder}${file}`,
    async open(file) {
      const found = files.get(inFolder(file));
      if (found === undefined) return undefined;
      return {
        name: `${folder}${file}`,
        size: found.size,
        async read(begin, end) {
          try {
            return new Uint8Array(await found.slice(begin, end).arrayBuffer());
          } catch (cause) {
            throw refuse(found.name, fetchReason(cause), 'it may have changed since: pick the files again', cause);
          }
        },
        close: async () => undefined,
      };
    },
    whyAbsent: () => `only ${[...files.keys()].slice(0, 8).join(', ') || 'no files'}`,
  };
}

/** The files of a folder some levels up. */
export function folderAbove(files: FolderFiles, levels: number): FolderFiles {
  const up = '../'.repeat(levels);
  return {
    name: files.pathOf(up),
    pathOf: (file) => files.pathOf(up + file),
    open: (file) => files.open(up + file),
    whyAbsent: (file) => files.whyAbsent(up + file),
  };
}
