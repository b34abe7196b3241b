import type { Prediction } from '@kaleido/fine-tuning';
import { type FolderFiles, folderAtUrl, folderOfPickedFiles, KaleidoError } from '@kaleido/foundation';
import { decodeImage } from '@kaleido/kaleido-patches/browser';
import { loadModelFiles, readModelConfig } from '@kaleido/model';
import { type CreateKaleidoOptions, createFrom } from './create-kaleido.ts';
import type { Kaleido } from './kaleido.ts';
import { type OpenKaleidoOptions, openFiles } from './open-kaleido.ts';
import type { Platform } from './platform.ts';
import { readUrl } from './read-url.ts';

const inPage: Platform = {
  decodeImage,
  readBytes: (place) => readUrl(urlOf(place)),
  folder: (place) => folderAtUrl(urlOf(place), 'config.json'),
  placeOf: (path) => path,
  assertWritable,
  write: async (folder) => assertWritable(folder),
  save: async (folder) => {
    throw cannotWrite(folder, 'take the files: await kaleido.toFiles()');
  },
};

function assertWritable(folder: string): never {
  throw cannotWrite(folder, 'leave out resume');
}

function cannotWrite(folder: string, advice: string): KaleidoError {
  return new KaleidoError({ source: 'pipeline', problem: 'a page cannot write a folder', found: folder, advice });
}

function urlOf(place: string | URL): URL {
  try {
    return new URL(place, globalThis.location?.href);
  } catch (cause) {
    throw new KaleidoError({
      source: 'pipeline',
      problem: 'a page reads from URLs',
      found: String(place),
      advice: 'pass an URL, or files that the user has picked; in Node import @kaleido/pipeline/node',
      cause,
    });
  }
}

/**
 * Opens a model folder on the selected backend.
 * @param source its URL, or the files of the folder that a user has picked or dropped
 * @throws KaleidoError for a file that is missing, truncated or not part of a model, and for files that do not match
 */
export async function openKaleido<Result = Prediction>(
  source: string | URL | Iterable<File>,
  options: OpenKaleidoOptions<Result> = {},
): Promise<Kaleido<Result>> {
  const files: FolderFiles =
    typeof source === 'string' || source instanceof URL
      ? inPage.folder(source)
      : folderOfPickedFiles(source, 'config.json');
  const config = await readModelConfig(files);
  return openFiles(files, { config, load: () => loadModelFiles(files) }, inPage, options);
}

/**
 * A new, untrained model: for training from scratch, and for tests.
 * @throws KaleidoError for options that exclude each other, and for a photograph that cannot be read
 */
export function createKaleido(options: CreateKaleidoOptions): Promise<Kaleido> {
  return createFrom(options, inPage);
}

export * from './common.ts';
