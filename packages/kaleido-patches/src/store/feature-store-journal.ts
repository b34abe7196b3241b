import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { IndexEntry } from './feature-store-files.ts';
import { journalFile } from './feature-store-files.ts';
import type { FeatureStoreHeader, SkippedImage } from './feature-store-header.ts';
import { readLines } from './read-lines.ts';

/** A line of the journal: a row in its shard, with the digest of its bytes, or an image that is left out. */
export type JournalLine = { readonly row: IndexEntry; readonly digest: string } | { readonly skipped: SkippedImage };

/** The first 64 bits of a row's SHA-256: enough to detect a row that was truncated or never reached the disk. */
export function rowDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

export interface Journal {
  write(lines: readonly JournalLine[]): Promise<void>;
  close(): Promise<void>;
}

/** Begins a journal; replaces an existing one. */
export async function beginJournal(part: string, header: FeatureStoreHeader, shardBytes: number): Promise<Journal> {
  const file = await open(join(part, journalFile), 'w');
  await file.appendFile(`${headerLine(header, shardBytes)}\n`);
  return journalIn(file);
}

/**
 * Resumes the journal of an unfinished store: `take` receives its lines one by one, and returns whether each is still
 * valid. The journal is truncated at the first invalid or incomplete line.
 * @returns undefined if there is no journal, or one with another header
 */
export async function resumeJournal(
  part: string,
  header: FeatureStoreHeader,
  shardBytes: number,
  take: (line: JournalLine) => Promise<boolean>,
): Promise<Journal | undefined> {
  const path = join(part, journalFile);
  let end = 0;
  try {
    for await (const line of readLines(path)) {
      if (!line.whole) break;
      if (end === 0) {
        if (line.text !== headerLine(header, shardBytes)) return undefined;
      } else {
        const parsed = parseLine(line.text);
        if (parsed === undefined || !(await take(parsed))) break;
      }
      end = line.end;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (end === 0) return undefined;
  const file = await open(path, 'a');
  await file.truncate(end);
  return journalIn(file);
}

function journalIn(file: FileHandle): Journal {
  return {
    async write(lines) {
      if (lines.length > 0) await file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    },
    close: () => file.close(),
  };
}

function parseLine(text: string): JournalLine | undefined {
  try {
    return JSON.parse(text) as JournalLine;
  } catch {
    return undefined;
  }
}

function headerLine(header: FeatureStoreHeader, shardBytes: number): string {
  return JSON.stringify({ header, shardBytes });
}
