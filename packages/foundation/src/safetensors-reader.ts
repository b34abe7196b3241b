import type { ByteSource } from './folder-files.ts';
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
  /** What errors call the file. */
  readonly path: string;
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly #file: ByteSource;
  readonly #dataBegin: number;

  private constructor(file: ByteSource, { entries, metadata, dataBegin }: SafetensorsHeader) {
    this.path = file.name;
    this.entries = new Map(entries.map((entry) => [entry.name, entry]));
    this.metadata = metadata;
    this.#file = file;
    this.#dataBegin = dataBegin;
  }

  /**
   * @param file `openFile(path)` in Node; it is the reader's from now on
   * @throws KaleidoError for a file that is not sound; it is closed then
   */
  static async open(file: ByteSource): Promise<SafetensorsReader> {
    try {
      const { name, size } = file;
      const dataBegin = safetensorsDataBegin(await file.read(0, Math.min(8, size)), size, name);
      return new SafetensorsReader(file, parseSafetensorsHeader(await file.read(0, dataBegin), size, name));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The tensor, over bytes of its own. @throws KaleidoError for a name that is not there */
  async read(name: string): Promise<StoredTensor> {
    const entry = this.entries.get(name);
    if (entry === undefined)
      throw new KaleidoError({
        source: 'foundation',
        problem: `${this.path} has no tensor of this name`,
        found: name,
        advice: 'compare the file with the model that it is for',
      });
    const { type, shape, begin, end } = entry;
    return { type, shape, bytes: await this.#file.read(this.#dataBegin + begin, this.#dataBegin + end) };
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
