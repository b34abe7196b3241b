import { type FolderFiles, KaleidoError, readJson, readText } from '@kaleido/foundation';
import type { NormalizationOptions } from './normalize-text.ts';
import { createTokenizer, type Tokenizer, type TokenizerOptions } from './tokenizer.ts';
import { isObject, readTokenizerConfig } from './tokenizer-config.ts';
import { readTokenizerJson, type TokenizerJson } from './tokenizer-json.ts';
import { readVocabulary, specialTokens } from './vocabulary.ts';

export const vocabularyFile = 'vocab.txt';
export const configFile = 'tokenizer_config.json';
const jsonFile = 'tokenizer.json';

export interface OpenTokenizerOptions extends Pick<TokenizerOptions, 'specialTokensInText'> {
  /** Receives the source of the settings, and each setting that is not supported here, as one line each. */
  readonly onMessage?: (message: string) => void;
}

/**
 * Opens the tokenizer of a model folder or of a Hugging Face BERT: its vocabulary and its settings. The folder may be
 * on disk, at a URL, or picked in a page.
 *
 * The vocabulary is `vocab.txt`, else that of `tokenizer.json`. Each setting is the first of:
 * 1. the key in `tokenizer_config.json` (`do_lower_case`, `strip_accents`, `tokenize_chinese_chars`, `clean_text`);
 * 2. the normalizer of `tokenizer.json`;
 * 3. if neither contains `lowercase`: false if the name of the folder or file, or `_name_or_path` in `config.json`,
 *    contains "cased" and the vocabulary has pieces with capitals;
 * 4. the setting of `bert-base-uncased`: lower-cased, accents stripped. `onMessage` then reports pieces with capitals,
 *    which are unreachable.
 *
 * @param vocabulary the vocabulary file, if it is not `vocab.txt`
 * @throws KaleidoError for a file that is missing or damaged, and for a tokenizer that is not BERT's
 */
export async function openTokenizerFiles(
  files: FolderFiles,
  options: OpenTokenizerOptions = {},
  vocabulary?: string,
): Promise<Tokenizer> {
  const { onMessage, ...others } = options;
  const path = vocabulary === undefined ? files.name : files.pathOf(vocabulary);
  const configValues = await readJson(files, configFile, 'tokenizer');
  const config = configValues === undefined ? undefined : readTokenizerConfig(configValues, files.pathOf(configFile));
  const given = config?.normalization ?? {};

  const text = await readVocabularyText(files, vocabulary);
  const needsJson = text === undefined || given.lowercase === undefined;
  const json = needsJson ? await readJsonTokenizer(files) : undefined;
  if (text === undefined && json === undefined)
    throw new KaleidoError({
      source: 'tokenizer',
      problem: `${path} holds neither ${vocabularyFile} nor ${jsonFile}`,
      advice: 'give the folder of a model, or a vocabulary with one piece a line',
    });
  const { pieces } = text === undefined ? (json as TokenizerJson) : readVocabulary(text);

  const known: NormalizationOptions = { ...settingsOf(json, given), ...given };
  const capitals = pieces.filter(hasCapitals);
  const cased =
    known.lowercase === undefined && capitals.length > 0 ? await casedName(files, [path, files.name]) : undefined;
  const tokenizer = createTokenizer(pieces, {
    ...known,
    ...(cased === undefined ? {} : { lowercase: false }),
    ...others,
  });

  const { lowercase, stripAccents } = tokenizer.normalization;
  const source =
    given.lowercase !== undefined
      ? `as ${configFile} says`
      : json !== undefined
        ? `as ${jsonFile} says`
        : cased !== undefined
          ? `because of the name "${cased}"`
          : `the default, as no ${configFile} says otherwise`;
  onMessage?.(
    `${path}: ${pieces.length} pieces; capitals are ${lowercase ? 'lower-cased' : 'kept'}, accents ${stripAccents ? 'dropped' : 'kept'}: ${source}`,
  );
  for (const note of [...(config?.notes ?? []), ...(json?.notes ?? [])]) onMessage?.(`${path}: ${note}`);
  if (lowercase && capitals.length > 0)
    onMessage?.(
      `${path}: ${capitals.length} of its pieces have capitals, which lower-cased text never reaches (${capitals.slice(0, 5).join(', ')}); if its model is cased, write { "do_lower_case": false } to ${files.pathOf(configFile)}`,
    );
  return tokenizer;
}

/** The normalizer's settings; accents follow `do_lower_case` of `tokenizer_config.json` if it is set. */
function settingsOf(json: TokenizerJson | undefined, given: NormalizationOptions): NormalizationOptions {
  if (json === undefined) return {};
  const { stripAccents, ...rest } = json.normalization;
  return given.lowercase === undefined ? { stripAccents, ...rest } : rest;
}

/** @returns undefined if the folder has no vocab.txt, and for a tokenizer.json */
async function readVocabularyText(files: FolderFiles, vocabulary: string | undefined): Promise<string | undefined> {
  if (vocabulary === jsonFile) return undefined;
  const text = await readText(files, vocabulary ?? vocabularyFile, 'tokenizer');
  if (text === undefined && vocabulary !== undefined)
    throw new KaleidoError({
      source: 'tokenizer',
      problem: `cannot read ${files.pathOf(vocabulary)}`,
      found: files.whyAbsent(vocabulary),
      advice: 'give the folder of a model, or a vocabulary with one piece a line',
    });
  return text;
}

async function readJsonTokenizer(files: FolderFiles): Promise<TokenizerJson | undefined> {
  const values = await readJson(files, jsonFile, 'tokenizer');
  return values === undefined ? undefined : readTokenizerJson(values, files.pathOf(jsonFile));
}

/** The first name that contains "cased", if none contains "uncased". */
async function casedName(files: FolderFiles, paths: readonly string[]): Promise<string | undefined> {
  const values = await readJson(files, 'config.json', 'tokenizer').catch(() => undefined);
  const original = isObject(values) ? values._name_or_path : undefined;
  const names = [...paths.map(lastPart), ...(typeof original === 'string' ? [original] : [])];
  if (names.some((name) => /uncased/i.test(name))) return undefined;
  return names.find((name) => /(^|[^a-z])cased([^a-z]|$)/i.test(name));
}

/** The last name of a path or URL. */
function lastPart(path: string): string {
  return path.split(/[/\\]/).filter(Boolean).at(-1) ?? '';
}

function hasCapitals(piece: string): boolean {
  return piece !== piece.toLowerCase() && !(specialTokens as readonly string[]).includes(piece);
}
