import { fileURLToPath } from 'node:url';

/** The path of a file or folder on disk, named by its path or by a `file:` URL. */
export function localPath(place: string | URL): string {
  return String(place).startsWith('file:') ? fileURLToPath(place) : String(place);
}
