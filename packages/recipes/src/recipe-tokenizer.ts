import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { pathFromUser } from '@kaleido/foundation/node';
import type { Recipe } from '@kaleido/recipe-schema';
import type { PreparedSplit } from '@kaleido/splits';
import { cachedVocabulary } from '@kaleido/splits/node';
import type { Tokenizer } from '@kaleido/tokenizer';
import { openTokenizer } from '@kaleido/tokenizer/node';

/**
 * The tokenizer of a recipe that names a vocabulary file or its folder, with the settings next to the file.
 * @param onMessage is told where the settings come from
 * @returns undefined if the recipe trains its vocabulary
 * @throws KaleidoError as `openTokenizer` does, and where the recipe's BERT has another tokenizer
 */
export async function givenTokenizer(
  { tokenizer, model }: Recipe,
  onMessage?: (message: string) => void,
): Promise<Tokenizer | undefined> {
  const given =
    tokenizer.kind === 'file'
      ? await openGiven(tokenizer.path, (message) => onMessage?.(`vocabulary ${message}`))
      : undefined;
  if (model.bert !== undefined) await assertTokenizerOf(model.bert, given);
  return given;
}

/** The given tokenizer, or one that is trained on the captions and kept in the cache. */
export async function recipeTokenizer(
  { tokenizer }: Recipe,
  given: Tokenizer | undefined,
  splits: readonly PreparedSplit[],
  cache: string,
): Promise<Tokenizer> {
  return tokenizer.kind === 'train' ? cachedVocabulary(splits, tokenizer.size, cache) : (given as Tokenizer);
}

async function openGiven(path: string, onMessage: (message: string) => void): Promise<Tokenizer> {
  const place = pathFromUser(path);
  await access(place).catch((cause: NodeJS.ErrnoException) => {
    throw new KaleidoError({
      source: 'recipes',
      problem: `cannot read the vocabulary ${path}`,
      found: cause.code ?? cause.message,
      advice: 'put the vocab.txt of bert-base-uncased there, or use tokenizer.kind "train"',
      cause,
    });
  });
  return openTokenizer(place, { onMessage });
}

/** A BERT only works with the ids and word pieces of its own tokenizer. Folders without a vocabulary are skipped. */
async function assertTokenizerOf(bert: string, given: Tokenizer | undefined): Promise<void> {
  const folder = pathFromUser(bert);
  const files = await Promise.all(['vocab.txt', 'tokenizer.json'].map((name) => exists(join(folder, name))));
  if (!files.includes(true)) return;
  const own = await openTokenizer(folder);
  const refuse = (problem: string, found?: unknown): KaleidoError =>
    new KaleidoError({
      source: 'recipes',
      problem: `the recipe's tokenizer is not that of its BERT ${bert}: ${problem}`,
      ...(found === undefined ? {} : { found }),
      advice: `set "tokenizer" to ${JSON.stringify({ kind: 'file', path: bert })}`,
    });
  if (given === undefined) throw refuse('it is trained anew');
  const at = own.vocabulary.findIndex((piece, id) => given.vocabulary[id] !== piece);
  if (at >= 0) throw refuse(`the piece of id ${at} must be "${own.vocabulary[at]}"`, given.vocabulary[at] ?? null);
  if (given.vocabularySize !== own.vocabularySize)
    throw refuse(`it must have ${own.vocabularySize} pieces`, given.vocabularySize);
  for (const key of ['lowercase', 'stripAccents', 'isolateIdeographs', 'cleanText'] as const)
    if (given.normalization[key] !== own.normalization[key])
      throw refuse(`${key} must be ${own.normalization[key]}`, given.normalization[key]);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
