import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type CandidateListFile, checkCandidateLists, readCandidateLists } from '@kaleido/eval';
import { decodeText, KaleidoError } from '@kaleido/foundation';
import type { PreparedSplit } from '@kaleido/splits';

/** Reads a file with one candidate list per line. @throws KaleidoError if it cannot be read */
export async function readListFile(path: string): Promise<CandidateListFile> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new KaleidoError({
      source: 'scoring',
      problem: `cannot read the candidate lists ${path}`,
      found: cause.code ?? cause.message,
      advice: 'give a file with one list per line, or no file to have lists drawn',
      cause,
    });
  });
  const text = decodeText(bytes, { source: 'scoring', name: `the file of candidate lists ${path}` });
  return readCandidateLists(text, basename(path));
}

/**
 * A note if lists have a picture of the query among their negatives. Such lists are scored unchanged, so that figures can
 * be compared with those of others.
 */
export function samePictureNotes(file: CandidateListFile, products: PreparedSplit['products']): string[] {
  const { samePicture } = checkCandidateLists(file, products);
  if (samePicture === 0) return [];
  const lists = samePicture === 1 ? '1 list has' : `${samePicture} lists have`;
  return [
    `${file.name}: ${lists} a picture of the query among the negatives, under another product: figures are lower for it`,
  ];
}

/** @throws KaleidoError for a listed product that was left out of the split, with the reason */
export function refuseSkipped(files: readonly CandidateListFile[], { products, skipped }: PreparedSplit): void {
  const reasons = new Map(skipped.map(({ id, reason }) => [id, reason]));
  // Of two products with the same id, the second is left out and the first is present.
  for (const { id } of products) reasons.delete(id);
  if (reasons.size === 0) return;
  for (const { name, lists } of files)
    for (const [index, { query, candidates }] of lists.entries()) {
      const id = [query, ...candidates].find((one) => reasons.has(one));
      if (id !== undefined)
        throw new KaleidoError({
          source: 'scoring',
          problem: `${name}, line ${index + 1}: a product of the list was left out of the data (${reasons.get(id)})`,
          found: id,
          advice: 'repair it in the data folder, or give lists without it',
        });
    }
}
