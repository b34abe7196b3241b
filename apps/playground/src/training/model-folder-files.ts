import { zip } from './zip.ts';

/** Lets the visitor keep a model folder as one archive. */
export async function downloadZip(files: readonly File[], name: string): Promise<void> {
  const entries = await Promise.all(
    files.map(async (file) => ({ name: `${name}/${file.name}`, content: new Uint8Array(await file.arrayBuffer()) })),
  );
  const address = URL.createObjectURL(zip(entries));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${name}.zip`;
  link.click();
  // The browser has its own copy by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Not in all browsers, and not in the types of TypeScript. */
interface FolderPicker {
  showDirectoryPicker?(options: { readonly mode: 'readwrite' }): Promise<FileSystemDirectoryHandle>;
}

/** Whether this browser writes into folders. */
export function writesFolders(): boolean {
  return 'showDirectoryPicker' in globalThis;
}

/** Writes a model folder into one that the visitor picks. @returns its name; undefined if the visitor picks none */
export async function saveIntoFolder(files: readonly File[]): Promise<string | undefined> {
  const picked = await (globalThis as FolderPicker)
    .showDirectoryPicker?.({ mode: 'readwrite' })
    .catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') return undefined;
      throw error;
    });
  if (picked === undefined) return undefined;
  for (const file of files) {
    const handle = await picked.getFileHandle(file.name, { create: true });
    const writable = await handle.createWritable();
    await writable.write(file);
    await writable.close();
  }
  return picked.name;
}
