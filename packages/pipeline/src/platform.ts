import type { FolderFiles } from '@kaleido/foundation';
import type { DecodedImage } from '@kaleido/kaleido-patches';
import type { ModelParts } from './model-files.ts';

/** Functions that differ between Node and a page. */
export interface Platform {
  /** @throws KaleidoError for a file that is not a picture or is damaged */
  decodeImage(bytes: Uint8Array, name: string): Promise<DecodedImage>;
  /** A whole file. @throws KaleidoError where it cannot be read */
  readBytes(place: string | URL): Promise<Uint8Array>;
  /** The files of a folder that a string or URL names. */
  folder(place: string | URL): FolderFiles;
  /** Resolves a path of a recipe. */
  placeOf(path: string): string;
  /** @throws KaleidoError for a folder that `write` can never write */
  assertWritable(folder: string): void;
  /** Writes a file of a folder, completely or not at all. @throws KaleidoError if it cannot be written */
  write(folder: string, file: string, content: Uint8Array): Promise<void>;
  /** @throws KaleidoError if a file cannot be written */
  save(folder: string, kaleido: ModelParts): Promise<void>;
}
