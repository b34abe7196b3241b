import { createReadStream } from 'node:fs';

export interface FileLine {
  readonly text: string;
  /** Whether it ends with a line feed; only the last line of a file may have none. */
  readonly whole: boolean;
  /** Start of the next line, in bytes from the start of the file. */
  readonly end: number;
}

const lineFeed = 0x0a;

/**
 * The lines of a UTF-8 file, without their line feeds, read in chunks.
 * Node's readline also splits at U+2028, which JSON does not escape.
 */
export async function* readLines(path: string): AsyncGenerator<FileLine> {
  let rest: Buffer = Buffer.alloc(0);
  let position = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let start = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      const text = bytes.toString('utf8', start, end);
      start = end + 1;
      yield { text, whole: true, end: position + start };
    }
    position += start;
    rest = bytes.subarray(start);
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), whole: false, end: position + rest.length };
}
