import { KaleidoError } from '@kaleido/foundation';
import type { DataFile } from './data-file.ts';

const newline = 0x0a;

export interface ReadLinesOptions {
  /** Most bytes of a line. */
  readonly largest: number;
  /** What a line is called in errors, e.g. `row`. */
  readonly unit: string;
  /** For a line that is too long. */
  readonly advice: string;
}

/**
 * The lines of a file as bytes, without their newlines, with at most one in memory.
 * @throws KaleidoError for a file that cannot be read and for a line that is too long
 */
export async function* readLines(
  file: DataFile,
  { largest, unit, advice }: ReadLinesOptions,
): AsyncGenerator<Uint8Array> {
  let begun: Uint8Array[] = [];
  let length = 0;
  let line = 1;
  try {
    for await (const chunk of file.stream() as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        const last = chunk.subarray(start, end);
        yield begun.length === 0 ? last : Buffer.concat([...begun, last]);
        begun = [];
        length = 0;
        line++;
        start = end + 1;
      }
      if (start === chunk.length) continue;
      begun.push(chunk.subarray(start));
      length += chunk.length - start;
      if (length > largest)
        throw new KaleidoError({
          source: 'data',
          problem: `${file.path}, ${unit} ${line}: is longer than ${largest} bytes`,
          advice,
        });
    }
  } catch (error) {
    if (KaleidoError.isInstance(error)) throw error;
    throw new KaleidoError({
      source: 'data',
      problem: `cannot read ${file.path}`,
      found: (error as NodeJS.ErrnoException).code ?? String(error),
      advice: 'check the path and its permissions',
      cause: error,
    });
  }
  // The last line may lack a newline.
  if (begun.length > 0) yield Buffer.concat(begun);
}
