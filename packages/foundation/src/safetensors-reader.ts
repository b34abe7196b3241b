import { type FileHandle, open } from 'node:fs/promises';
import { KaleidoError } from './kaleido-error.ts';
import {
  parseSafetensorsHeader,
  type SafetensorsEntry,
  type SafetensorsHeader,
  type StoredTensor,
  safetensorsDataBegin,
} from './safetensors.ts';

/** A safetensors file of which each tensor is read when it is asked for: a model need not be in memory twice. */
export class SafetensorsReader {
  readonly path: string;
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly #file: FileHandle;
  readonly #dataBegin: number;

  private constructor(path: string, file: FileHandle, { entries, metadata, dataBegin }: SafetensorsHeader) {
    this.path = path;
    this.entries = new Map(entries.map((entry) => [entry.name, entry]));
    this.metadata = metadata;
    this.#file = file;
    this.#dataBegin = dataBegin;
  }

  /** @throws KaleidoError for a file that cannot be read, or is not sound */
  static async open(path: string): Promise<SafetensorsReader> {
    const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
      throw new KaleidoError({
        source: 'foundation',
        problem: `cannot read ${path}`,
        found: cause.code ?? cause.message,
        cause,
      });
    });
    try {
      const { size } = await file.stat();
      const dataBegin = safetensorsDataBegin(await readAt(file, 0, Math.min(8, size), path), size, path);
      return new SafetensorsReader(
        path,
        file,
        parseSafetensorsHeader(await readAt(file, 0, dataBegin, path), size, path),
      );
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The tensor, over bytes of its own. @throws KaleidoError for a name that is not there */
  async read(name: string): Promise<StoredTensor> {
    const entry = this.entries.get(name);
    if (entry === undefined)
      throw new KaleidoError({ source: 'foundation', problem: `${this.path} has no tensor of this name`, found: name });
    const { type, shape, begin, end } = entry;
    return { type, shape, bytes: await readAt(this.#file, this.#dataBegin + begin, end - begin, this.path) };
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number, path: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let read = 0; read < length; ) {
    const { bytesRead } = await file.read(bytes, read, length - read, position + read);
    if (bytesRead === 0)
      throw new KaleidoError({ source: 'foundation', problem: `${path} was cut off while it was read` });
    read += bytesRead;
  }
  return bytes;
}
