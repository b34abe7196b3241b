import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { folderOnDisk, writeWhole } from '@kaleido/foundation/node';
import { configFile, type OpenTokenizerOptions, openTokenizerFiles, vocabularyFile } from './open-tokenizer-files.ts';
import type { Tokenizer } from './tokenizer.ts';
import { tokenizerConfigText } from './tokenizer-config.ts';

/**
 * Opens the tokenizer of a folder on disk, as `openTokenizerFiles` does.
 * @param path the folder, or a vocabulary file of any name, with its settings next to it
 * @throws KaleidoError for a file that is missing or damaged, and for a tokenizer that is not BERT's
 */
export async function openTokenizer(path: string, options: OpenTokenizerOptions = {}): Promise<Tokenizer> {
  // The name of a folder may identify a cased BERT; `.` has no name.
  if (/^\.{1,2}$/.test(basename(path))) return openTokenizer(resolve(path), options);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder
    ? openTokenizerFiles(folderOnDisk(path), options)
    : openTokenizerFiles(folderOnDisk(dirname(path)), options, basename(path));
}

/**
 * Writes `vocab.txt` and `tokenizer_config.json`, which `openTokenizer` and Hugging Face's libraries read. Each file is
 * written completely or not at all.
 * @throws KaleidoError if a file cannot be written
 */
export async function saveTokenizer(folder: string, tokenizer: Tokenizer): Promise<void> {
  await writeWhole(join(folder, configFile), tokenizerConfigText(tokenizer.normalization));
  await writeWhole(join(folder, vocabularyFile), tokenizer.toVocabularyText());
}
