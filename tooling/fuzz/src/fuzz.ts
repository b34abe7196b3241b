import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KaleidoError, randomStream } from '@kaleido/foundation';
import { formats } from './formats.ts';
import { mutate } from './mutate.ts';

export interface FuzzResult {
  readonly format: string;
  readonly read: number;
  readonly refused: number;
  /** The longest time for one file. */
  readonly slowestMilliseconds: number;
  /** Peak increase of the process's memory in bytes. */
  readonly memory: number;
  /** Files for which another error was thrown; saved in the folder `keep`. */
  readonly failures: readonly { readonly mutation: number; readonly error: string }[];
}

export interface FuzzOptions {
  readonly format: string;
  readonly count: number;
  readonly seed: number;
  /** Folder for the failed files. */
  readonly keep?: string | undefined;
  /** Called before each file, so that one that hangs is known by its number. */
  readonly onFile?: ((mutation: number) => void) | undefined;
}

/** Reads `count` damaged files. @throws KaleidoError for an unknown format, and if the valid file cannot be read */
export async function fuzz({ format, count, seed, keep, onFile }: FuzzOptions): Promise<FuzzResult> {
  const open = Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (open === undefined)
    throw new KaleidoError({
      source: 'fuzz',
      problem: 'unknown format',
      found: format,
      advice: `known are ${Object.keys(formats).join(', ')}`,
    });
  const folder = await mkdtemp(join(tmpdir(), 'kaleido-fuzz-'));
  try {
    const { sound, read, repair = (bytes) => bytes } = await open(folder);
    await read(sound);
    const before = process.memoryUsage().rss;
    let [done, refused, slowest, highest] = [0, 0, 0, before];
    const failures: { mutation: number; error: string }[] = [];
    for (let mutation = 0; mutation < count; mutation++) {
      onFile?.(mutation);
      const damaged = mutate(sound, randomStream(seed, format, mutation));
      const bytes = mutation % 2 === 0 ? damaged : repair(damaged);
      const begun = performance.now();
      try {
        await read(bytes);
        done++;
      } catch (error) {
        if (KaleidoError.isInstance(error)) refused++;
        else {
          failures.push({ mutation, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
          if (keep !== undefined) await writeFile(join(keep, `${format}-${seed}-${mutation}`), bytes);
        }
      }
      slowest = Math.max(slowest, performance.now() - begun);
      if (mutation % 100 === 0) highest = Math.max(highest, process.memoryUsage().rss);
    }
    return { format, read: done, refused, slowestMilliseconds: slowest, memory: highest - before, failures };
  } finally {
    await rm(folder, { recursive: true });
  }
}
