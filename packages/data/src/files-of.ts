import { type DataFile, localFile } from './data-file.ts';
import type { RecognisedData } from './recognise-data.ts';

/** The file of recognised data that has this path or address. */
export function fileAt({ remote }: RecognisedData, path: string): DataFile {
  return remote?.get(path) ?? localFile(path);
}

/** The files of recognised data. */
export function filesOf(data: RecognisedData): readonly DataFile[] {
  return data.files.map((path) => fileAt(data, path));
}
