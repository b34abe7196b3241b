import {
  type ByteSource,
  type FolderFiles,
  KaleidoError,
  readJson,
  SafetensorsReader,
  type StoredTensor,
} from '@kaleido/foundation';
import { z } from 'zod';

export const weightsFile = 'model.safetensors';
export const indexFile = 'model.safetensors.index.json';

/** The tensors of one safetensors file, or of several; each is read on request, into its own memory. */
export interface SafetensorsFiles {
  /** The one file, or the index of several. */
  readonly path: string;
  /** Shapes by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** @throws KaleidoError for an unknown name */
  read(name: string): Promise<StoredTensor>;
  close(): Promise<void>;
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });
/** Files must be in the folder itself: a path that leads elsewhere is refused. */
const plainName = /^[\w-][\w.-]*\.safetensors$/;

/**
 * Opens one file.
 * @throws KaleidoError for a file that is damaged
 */
export async function openSafetensorsFile(file: ByteSource): Promise<SafetensorsFiles> {
  const reader = await SafetensorsReader.open(file);
  return {
    path: reader.path,
    shapes: new Map([...reader.entries].map(([name, { shape }]) => [name, shape])),
    read: (name) => reader.read(name),
    close: () => reader.close(),
  };
}

/**
 * Opens the weights of a folder: `model.safetensors` or, if missing, the files of `model.safetensors.index.json`.
 * @throws KaleidoError for a file that is missing or damaged, a path of the index that leads out of the folder, and
 *   files that do not hold what the index says
 */
export async function openSafetensorsFolder(files: FolderFiles): Promise<SafetensorsFiles> {
  const single = await files.open(weightsFile);
  if (single !== undefined) return openSafetensorsFile(single);
  const whyAbsent = files.whyAbsent(weightsFile);
  const map = await readIndex(files);
  if (map === undefined)
    throw new KaleidoError({
      source: 'model',
      problem: `cannot read ${files.pathOf(weightsFile)}, and there is no ${indexFile}`,
      found: whyAbsent,
      advice: 'give the folder of a model, which holds config.json and model.safetensors',
    });
  const path = files.pathOf(indexFile);
  const refuse = (problem: string, found: unknown): KaleidoError =>
    new KaleidoError({ source: 'model', problem: `${path} ${problem}`, found, advice: 'copy the folder again' });
  const readers = new Map<string, SafetensorsReader>();
  const close = async (): Promise<void> =>
    void (await Promise.all([...readers.values()].map((reader) => reader.close())));
  try {
    const shapes = new Map<string, readonly number[]>();
    for (const file of new Set(map.values())) {
      const source = await files.open(file);
      if (source === undefined) throw refuse('names a file that is missing', file);
      const reader = await SafetensorsReader.open(source);
      readers.set(file, reader);
      for (const [name, { shape }] of reader.entries) {
        if (map.get(name) !== file) throw refuse(`does not list a tensor that ${file} has`, name);
        shapes.set(name, shape);
      }
    }
    for (const [name, file] of map) if (!shapes.has(name)) throw refuse(`lists a tensor that ${file} lacks`, name);
    return { path, shapes, read: (name) => readerOf(name).read(name), close };
  } catch (error) {
    await close();
    throw error;
  }

  function readerOf(name: string): SafetensorsReader {
    const reader = readers.get(map?.get(name) ?? '');
    if (reader === undefined) throw refuse('lists no tensor of this name', name);
    return reader;
  }
}

/** Which file holds which tensor; undefined if there is no index. */
async function readIndex(files: FolderFiles): Promise<ReadonlyMap<string, string> | undefined> {
  const path = files.pathOf(indexFile);
  const refuse = (problem: string, found: unknown): KaleidoError =>
    new KaleidoError({ source: 'model', problem: `${path} ${problem}`, found, advice: 'copy the folder again' });
  const values = await readJson(files, indexFile, 'model', 'copy the folder again');
  if (values === undefined) return undefined;
  const parsed = indexSchema.safeParse(values);
  if (!parsed.success) throw refuse('is no index of safetensors files', parsed.error.issues[0]?.message);
  const map = new Map(Object.entries(parsed.data.weight_map));
  for (const file of map.values())
    if (!plainName.test(file)) throw refuse('may only name .safetensors files of its own folder', file);
  return map;
}
