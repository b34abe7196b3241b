import { randomUUID } from 'node:crypto';
import { close, open, read, write } from 'node:fs';
import { statfs, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KaleidoError } from '@kaleido/foundation';

/** Room for the largest data sets of docs/data.md: 13 GB of HDF5, 12 GB of Parquet. */
const mostBytes: number = 16 * 2 ** 30;

// Numbers, not `FileHandle`s: those must not be left to the garbage collector.
const [openFile, readAt, writeAt] = [promisify(open), promisify(read), promisify(write)];
/** Calls for 2 GiB or more fail. */
const largestCall = 2 ** 30;
/** Nobody closes a catalogue: the file is closed when it can no longer be read. */
const closing = new FinalizationRegistry<number>((descriptor) => close(descriptor, () => undefined));

/**
 * Bytes in a temporary file. It loses its name as soon as it is open, so that nothing of it is left when the process ends,
 * however that happens. Nothing is written before the first byte is kept.
 */
export class TemporaryBytes {
  readonly #most: number;
  #opening: Promise<{ readonly descriptor: number; readonly room: number }> | undefined;
  #used = 0;

  /** @param most the most bytes it keeps; half of the free space of the folder is another limit */
  constructor(most: number = mostBytes) {
    this.#most = most;
  }

  /** The bytes for which there is room. */
  async room(): Promise<number> {
    return (await this.#open()).room - this.#used;
  }

  /** Keeps bytes and returns where; undefined if there is no room for them. */
  async keep(bytes: Uint8Array): Promise<number | undefined> {
    const { descriptor, room } = await this.#open();
    if (this.#used + bytes.length > room) return undefined;
    const at = this.#used;
    this.#used += bytes.length;
    try {
      for (let done = 0; done < bytes.length; ) {
        const length = Math.min(bytes.length - done, largestCall);
        done += (await writeAt(descriptor, bytes, done, length, at + done)).bytesWritten;
      }
      return at;
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      // Others took the space: what is kept stays, and nothing more is.
      if (code !== 'ENOSPC' && code !== 'EDQUOT') throw cause;
      this.#used = room;
      return undefined;
    }
  }

  /** Fills `target` with the bytes kept at `at`. */
  async read(at: number, target: Uint8Array): Promise<void> {
    const { descriptor } = await this.#open();
    for (let done = 0; done < target.length; ) {
      const length = Math.min(target.length - done, largestCall);
      const { bytesRead } = await readAt(descriptor, target, done, length, at + done);
      if (bytesRead === 0) throw new Error(`the temporary file ends before byte ${at + done}`);
      done += bytesRead;
    }
  }

  #open(): Promise<{ readonly descriptor: number; readonly room: number }> {
    this.#opening ??= this.#create();
    return this.#opening;
  }

  async #create(): Promise<{ readonly descriptor: number; readonly room: number }> {
    const folder = tmpdir();
    const path = join(folder, `kaleido-${randomUUID()}`);
    try {
      const { bavail, bsize } = await statfs(folder);
      // Only for its user.
      const descriptor = await openFile(path, 'wx+', 0o600);
      await unlink(path);
      closing.register(this, descriptor);
      return { descriptor, room: Math.min(this.#most, Math.floor((bavail * bsize) / 2)) };
    } catch (cause) {
      throw new KaleidoError({
        source: 'data',
        problem: `cannot make a temporary file in ${folder}`,
        found: (cause as NodeJS.ErrnoException).code ?? String(cause),
        advice: 'set TMPDIR to a folder that can be written',
        cause,
      });
    }
  }
}
