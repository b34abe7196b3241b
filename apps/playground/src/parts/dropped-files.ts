import type { PlacedFile } from '../engine/model-folder.ts';

/** More are not looked through: as many photographs as can be taught at once fit in. */
const mostFiles = 10_000;

/** The files that were dropped, and those of dropped folders, with their places. Hidden files of the system are left out. */
export async function droppedFiles(transfer: DataTransfer): Promise<PlacedFile[]> {
  // The list is empty after the first wait. What is no entry of a file system is a file all the same.
  const dropped = Array.from(transfer.items, (item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const found: PlacedFile[] = [];
  for (const one of dropped) {
    if (!(one instanceof File)) await (one === null ? undefined : collect(one, found));
    else if (found.length < mostFiles) found.push({ path: one.name, file: one });
  }
  return found;
}

async function collect(entry: FileSystemEntry, found: PlacedFile[]): Promise<void> {
  if (found.length >= mostFiles || entry.name.startsWith('.')) return;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\//, ''), file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A part of the folder at a time, until none is left.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return;
    for (const inner of entries) await collect(inner, found);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
