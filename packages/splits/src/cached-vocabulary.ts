import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import { createTokenizer, type Tokenizer, trainWordPieceVocabulary } from '@kaleido/tokenizer';
import type { PreparedSplit } from './prepared-split.ts';

/**
 * A tokenizer whose vocabulary is trained on the captions of these splits.
 * @param size pieces at most
 * @param cache folder that keeps the vocabulary for the same captions
 */
export async function cachedVocabulary(
  splits: readonly Pick<PreparedSplit, 'products'>[],
  size: number,
  cache: string,
): Promise<Tokenizer> {
  const captions = splits.flatMap(({ products }) => products.map(({ caption }) => caption));
  const key = createHash('sha256')
    .update(JSON.stringify([size, captions]))
    .digest('hex')
    .slice(0, 16);
  const file = join(cache, `vocabulary-${key}.txt`);
  const kept = await readKept(file);
  if (kept !== undefined) return kept;
  const tokenizer = createTokenizer(trainWordPieceVocabulary(captions, { size }));
  await writeWhole(file, tokenizer.toVocabularyText());
  return tokenizer;
}

/** Undefined if the file is missing or damaged: the vocabulary is then trained again. */
async function readKept(file: string): Promise<Tokenizer | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return createTokenizer(text);
  } catch (error) {
    if (!KaleidoError.isInstance(error)) throw error;
    return undefined;
  }
}
