import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IndexEntry } from './feature-store-files.ts';
import { journalFile } from './feature-store-files.ts';
import type { FeatureStoreHeader, SkippedImage } from './feature-store-header.ts';

/** A line of the journal: a row that is in its shard, with what its bytes must hash to, or an image that is left out. */
export type JournalLine = { readonly row: IndexEntry; readonly digest: string } | { readonly skipped: SkippedImage };

/** The first 64 bits of a row's SHA-256: enough to see that a shard was cut or never reached the disk. */
export function rowDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

/** What an unfinished store has of the images, line by line; a line that was cut ends it. */
export async function readJournal(
  part: string,
  header: FeatureStoreHeader,
  shardBytes: number,
): Promise<readonly JournalLine[] | undefined> {
  const text = await readFile(join(part, journalFile), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const [first = '', ...lines] = text.split('\n');
  if (first !== headerLine(header, shardBytes)) return undefined;
  const read: JournalLine[] = [];
  // What follows the last line break was cut.
  for (const line of lines.slice(0, -1)) {
    try {
      read.push(JSON.parse(line) as JournalLine);
    } catch {
      break;
    }
  }
  return read;
}

/** Writes a journal anew with these lines, and goes on at its end. */
export async function openJournal(
  part: string,
  header: FeatureStoreHeader,
  shardBytes: number,
  lines: readonly JournalLine[],
): Promise<{ readonly file: FileHandle; write(lines: readonly JournalLine[]): Promise<void> }> {
  const file = await open(join(part, journalFile), 'w');
  const write = async (some: readonly JournalLine[]): Promise<void> => {
    if (some.length > 0) await file.write(some.map((line) => `${JSON.stringify(line)}\n`).join(''));
  };
  await file.write(`${headerLine(header, shardBytes)}\n`);
  for (let start = 0; start < lines.length; start += 1000) await write(lines.slice(start, start + 1000));
  return { file, write };
}

function headerLine(header: FeatureStoreHeader, shardBytes: number): string {
  return JSON.stringify({ header, shardBytes });
}
