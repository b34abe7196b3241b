import { KaleidoError, otherEncoding } from '@kaleido/foundation';
import type { DataFile } from '../data-file.ts';
import { decodeWindows1252 } from '../windows-1252.ts';

/** The encodings of text files that are read: the second one as browsers read it, with the letters of Windows-1252. */
export const textEncodings = ['utf-8', 'latin1'] as const;

export type TextEncodingName = (typeof textEncodings)[number];

/** The first bytes of a file. @throws KaleidoError for a file that cannot be read */
export async function firstBytes(file: DataFile, count: number): Promise<Uint8Array> {
  try {
    return await file.read(0, count);
  } catch (cause) {
    if (KaleidoError.isInstance(cause)) throw cause;
    throw new KaleidoError({
      source: 'data',
      problem: `cannot read ${file.path}`,
      found: (cause as NodeJS.ErrnoException).code ?? String(cause),
      advice: 'check the path and its permissions',
      cause,
    });
  }
}

/** UTF-16 shows by its byte order mark; Excel writes "Unicode text" so. */
export function decoderLabel(head: Uint8Array, encoding: TextEncodingName): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return encoding === 'latin1' ? 'windows-1252' : 'utf-8';
}

/**
 * The text of a file, piece by piece, without a byte order mark.
 * @throws KaleidoError naming the byte, for a file in another encoding
 */
export async function* textPieces(file: DataFile, encoding: TextEncodingName): AsyncGenerator<string> {
  const label = decoderLabel(await firstBytes(file, 2), encoding);
  const decoder = label === 'windows-1252' ? undefined : new TextDecoder(label, { fatal: true });
  let read = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      if (decoder === undefined) return chunk === undefined ? '' : decodeWindows1252(chunk);
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (cause) {
      const first = read === 0 && chunk !== undefined ? otherEncoding(chunk) : undefined;
      throw notInEncoding(
        file.path,
        label,
        first ??
          `bytes that are not ${label.toUpperCase()} after byte ${read}${label === 'utf-8' ? ', perhaps Latin-1' : ''}`,
        cause,
      );
    }
  };
  for await (const chunk of file.stream() as AsyncIterable<Buffer>) {
    const text = decode(chunk);
    read += chunk.length;
    if (text !== '') yield text;
  }
  const rest = decode();
  if (rest !== '') yield rest;
}

/** @param found what is there instead, e.g. `byte 0xE9 at 40, perhaps Latin-1` */
export function notInEncoding(path: string, label: string, found: string, cause?: unknown): KaleidoError {
  return new KaleidoError({
    source: 'data',
    problem: `${path} is not ${label.toUpperCase()} text`,
    found,
    // No option helps against UTF-16: it is read by its mark, or not at all.
    advice: found.includes('Latin-1')
      ? 'give the encoding, --encoding latin1 say, or save the file as UTF-8'
      : 'save the file as UTF-8',
    ...(cause === undefined ? {} : { cause }),
  });
}
