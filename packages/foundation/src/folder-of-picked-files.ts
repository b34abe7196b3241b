import { fetchReason } from './fetch-reason.ts';
import type { FolderFiles } from './folder-files.ts';
import { KaleidoError } from './kaleido-error.ts';

/**
 * Files of one folder that a user has picked or dropped in a page. They are read in pieces.
 * @param main name of the file that every such folder has, e.g. `config.json`. If several folders have it, the uppermost
 *   is used.
 */
export function folderOfPickedFiles(picked: Iterable<File>, main: string): FolderFiles {
  const files = new Map([...picked].map((file) => [file.webkitRelativePath || file.name, file]));
  const mains = [...files.keys()].filter((path) => path === main || path.endsWith(`/${main}`));
  const folder = (mains.sort((a, b) => a.length - b.length)[0] ?? main).slice(0, -main.length);
  const find = (file: string): File | undefined => {
    const path = withoutDots(folder + file);
    // Files that are dropped one by one have no folder in their names.
    return files.get(path) ?? (folder === '' ? files.get(path.slice(path.lastIndexOf('/') + 1)) : undefined);
  };
  return {
    name: folder === '' ? 'the picked files' : folder.slice(0, -1),
    pathOf: (file) => `${folder}${file}`,
    async open(file) {
      const found = find(file);
      if (found === undefined) return undefined;
      return {
        name: `${folder}${file}`,
        size: found.size,
        async read(begin, end) {
          let bytes: Uint8Array;
          try {
            bytes = new Uint8Array(await found.slice(begin, end).arrayBuffer());
          } catch (cause) {
            throw changed(found.name, fetchReason(cause), cause);
          }
          if (bytes.length < end - begin) throw changed(found.name, `${bytes.length} bytes of ${end - begin}`);
          return bytes;
        },
        close: async () => undefined,
      };
    },
    whyAbsent: () => (files.size === 0 ? 'no files' : `only ${[...files.keys()].slice(0, 8).join(', ')}`),
  };
}

function changed(name: string, found: string, cause?: unknown): KaleidoError {
  return new KaleidoError({
    source: 'foundation',
    problem: `cannot read ${name}`,
    found,
    advice: 'it may have changed since: pick the files again',
    cause,
  });
}

/** Resolves `.` and `..`, never above the uppermost folder. */
function withoutDots(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/'))
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  return parts.join('/');
}
