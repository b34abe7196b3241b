import type { Dirent } from 'node:fs';
import { extname } from 'node:path';

/** What a folder holds, for messages: `3 .zip (a.zip, b.zip, c.zip), 1 folder (data)`. */
export function folderContents(entries: readonly Dirent[]): string {
  const kinds = new Map<string, string[]>();
  for (const entry of entries) {
    const kind = entry.isDirectory() ? 'folder' : extensionOf(entry.name);
    kinds.set(kind, [...(kinds.get(kind) ?? []), entry.name]);
  }
  const told = [...kinds]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(
      ([kind, names]) =>
        `${names.length} ${kind === 'folder' && names.length > 1 ? 'folders' : kind} (${someNames(names)})`,
    );
  return told.length === 0 ? 'nothing' : told.slice(0, 6).join(', ');
}

const archives = ['.zip', '.7z', '.rar', '.tar.zst', '.tar.xz', '.tar.bz2', '.tar.lz4', '.zst', '.xz', '.bz2', '.gz'];

/** Whether a folder holds archives that are not read. */
export function holdsArchives(entries: readonly Dirent[]): boolean {
  return entries.some((entry) => !entry.isDirectory() && archives.includes(extensionOf(entry.name)));
}

/** In lower case; `.tar.zst` is one extension. */
function extensionOf(name: string): string {
  const lower = name.toLowerCase();
  return /\.tar\.\w+$/.exec(lower)?.[0] ?? (extname(lower) || 'files without an extension');
}

/** The first names of a list, for messages: `a, b, c and 7 more`. */
export function someNames(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
