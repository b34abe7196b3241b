import type { ByteSource } from './folder-files.ts';
import { KaleidoError } from './kaleido-error.ts';
import {
  parseSafetensorsHeader,
  type SafetensorsEntry,
  type SafetensorsHeader,
  type StoredTensor,
  safetensorsDataBegin,
} from './safetensors.ts';

/** A safetensors file whose tensors are read on request, so that a model is not in memory twice. */
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
   * @param file `openFile(path)` in Node; the reader owns it from now on
   * @throws KaleidoError for an invalid file, which is then closed
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

  /** The tensor, with its own copy of the bytes. @throws KaleidoError for an unknown name */
  async read(name: string): Promise<StoredTensor> {
    const { type, shape, begin, end } = this.#entry(name);
    return { type, shape, bytes: await this.#file.read(this.#dataBegin + begin, this.#dataBegin + end) };
  }

  /**
   * Some rows of a tensor, by its first dimension: from `begin` to before `end`.
   * @throws KaleidoError for an unknown name
   * @throws RangeError for rows that the tensor does not have
   */
  async readRows(name: string, begin: number, end: number): Promise<StoredTensor> {
    const entry = this.#entry(name);
    const [rows = 0, ...shape] = entry.shape;
    const isRange = Number.isInteger(begin) && Number.isInteger(end) && begin >= 0 && begin <= end && end <= rows;
    if (!isRange) throw new RangeError(`${name}: rows ${begin} to ${end} of ${rows}`);
    const start = this.#dataBegin + entry.begin;
    const rowBytes = rows === 0 ? 0 : (entry.end - entry.begin) / rows;
    const bytes = await this.#file.read(start + begin * rowBytes, start + end * rowBytes);
    return { type: entry.type, shape: [end - begin, ...shape], bytes };
  }

  #entry(name: string): SafetensorsEntry {
    const entry = this.entries.get(name);
    if (entry !== undefined) return entry;
    throw new KaleidoError({
      source: 'foundation',
      problem: `${this.path} has no tensor of this name`,
      found: name,
      advice: 'compare the file with the model that it is for',
    });
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
