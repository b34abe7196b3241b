import type { FolderFiles } from '@kaleido/foundation';
import type { DecodedImage } from '@kaleido/kaleido-patches';
import type { ModelParts } from './model-files.ts';

/** What differs between Node and a page. */
export interface Platform {
  /** @throws KaleidoError for a file that is no picture or is broken */
  decodeImage(bytes: Uint8Array, name: string): Promise<DecodedImage>;
  /** A whole file. @throws KaleidoError where it cannot be read */
  readBytes(place: string | URL): Promise<Uint8Array>;
  /** The files of a folder that a string or URL names. */
  folder(place: string | URL): FolderFiles;
  /** Where a path of a recipe leads. */
  placeOf(path: string): string;
  /** @throws KaleidoError where nothing can be written */
  save(folder: string, kaleido: ModelParts): Promise<void>;
}
