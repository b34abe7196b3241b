import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { decodeText, KaleidoError, parseJson } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import type { NormalizationOptions } from './normalize-text.ts';
import { createTokenizer, type Tokenizer, type TokenizerOptions } from './tokenizer.ts';
import { isObject, readTokenizerConfig, tokenizerConfigText } from './tokenizer-config.ts';
import { readTokenizerJson, type TokenizerJson } from './tokenizer-json.ts';
import { readVocabulary, specialTokens } from './vocabulary.ts';

const vocabularyFile = 'vocab.txt';
const configFile = 'tokenizer_config.json';
const jsonFile = 'tokenizer.json';

export interface OpenTokenizerOptions extends Pick<TokenizerOptions, 'specialTokensInText'> {
  /** Hears where the settings come from, and what of them has no counterpart here: a line each. */
  readonly onMessage?: (message: string) => void;
}

/**
 * Opens the tokenizer of a folder, a model's or a Hugging Face BERT's: its vocabulary and its settings.
 *
 * The vocabulary is `vocab.txt`, or where there is none that of `tokenizer.json`. Each setting is the first of:
 * 1. the key in `tokenizer_config.json` (`do_lower_case`, `strip_accents`, `tokenize_chinese_chars`, `clean_text`);
 * 2. the normalizer of `tokenizer.json`;
 * 3. where neither says `lowercase`: false if the name of the folder or file, or `_name_or_path` in `config.json`, says
 *    "cased" and the vocabulary has pieces with capitals;
 * 4. the setting of `bert-base-uncased`: lower-cased, accents stripped. `onMessage` hears of pieces with capitals, which
 *    are out of reach then.
 *
 * @param path the folder, or a vocabulary file of any name, whose settings lie beside it
 * @throws KaleidoError for a file that is missing or damaged, and for a tokenizer that is none of BERT's
 */
export async function openTokenizer(path: string, options: OpenTokenizerOptions = {}): Promise<Tokenizer> {
  const { onMessage, ...others } = options;
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const folder = isFolder ? path : dirname(path);
  const configPath = join(folder, configFile);
  const configValues = await readJson(configPath);
  const config = configValues === undefined ? undefined : readTokenizerConfig(configValues, configPath);
  const given = config?.normalization ?? {};

  const text = await readVocabularyText(path, isFolder);
  const needsJson = text === undefined || given.lowercase === undefined;
  const json = needsJson
    ? await readJsonTokenizer(isFolder || text !== undefined ? join(folder, jsonFile) : path)
    : undefined;
  if (text === undefined && json === undefined)
    throw new KaleidoError({
      source: 'tokenizer',
      problem: `${path} holds neither ${vocabularyFile} nor ${jsonFile}`,
      advice: 'give the folder of a model, or a vocabulary with one piece a line',
    });
  const { pieces } = text === undefined ? (json as TokenizerJson) : readVocabulary(text);

  const known: NormalizationOptions = { ...settingsOf(json, given), ...given };
  const capitals = pieces.filter(hasCapitals);
  const cased = known.lowercase === undefined && capitals.length > 0 ? await casedName(path, folder) : undefined;
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
      `${path}: ${capitals.length} of its pieces have capitals, which lower-cased text never reaches (${capitals.slice(0, 5).join(', ')}); if its model is cased, write { "do_lower_case": false } to ${configPath}`,
    );
  return tokenizer;
}

/**
 * Writes `vocab.txt` and `tokenizer_config.json`, which `openTokenizer` and Hugging Face's libraries read, each whole or
 * not at all.
 * @throws KaleidoError where a file cannot be written
 */
export async function saveTokenizer(folder: string, tokenizer: Tokenizer): Promise<void> {
  await writeWhole(join(folder, configFile), tokenizerConfigText(tokenizer.normalization));
  await writeWhole(join(folder, vocabularyFile), tokenizer.toVocabularyText());
}

/** The normalizer's settings; accents follow a `do_lower_case` that was given beside it. */
function settingsOf(json: TokenizerJson | undefined, given: NormalizationOptions): NormalizationOptions {
  if (json === undefined) return {};
  const { stripAccents, ...rest } = json.normalization;
  return given.lowercase === undefined ? { stripAccents, ...rest } : rest;
}

/** @returns nothing where the folder has no vocab.txt, and for a tokenizer.json */
async function readVocabularyText(path: string, isFolder: boolean): Promise<string | undefined> {
  if (!isFolder && basename(path) === jsonFile) return undefined;
  const file = isFolder ? join(path, vocabularyFile) : path;
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (isFolder && cause.code === 'ENOENT') return undefined;
    throw unreadable(file, cause);
  });
  return bytes && decodeText(bytes, { source: 'tokenizer', name: file });
}

async function readJsonTokenizer(path: string): Promise<TokenizerJson | undefined> {
  const values = await readJson(path);
  return values === undefined ? undefined : readTokenizerJson(values, path);
}

/** The first name that says "cased", and not "uncased". */
async function casedName(path: string, folder: string): Promise<string | undefined> {
  const values = await readJson(join(folder, 'config.json')).catch(() => undefined);
  const original = isObject(values) ? values._name_or_path : undefined;
  const names = [
    basename(resolve(path)),
    basename(resolve(folder)),
    ...(typeof original === 'string' ? [original] : []),
  ];
  if (names.some((name) => /uncased/i.test(name))) return undefined;
  return names.find((name) => /(^|[^a-z])cased([^a-z]|$)/i.test(name));
}

function hasCapitals(piece: string): boolean {
  return piece !== piece.toLowerCase() && !(specialTokens as readonly string[]).includes(piece);
}

/** @returns nothing where there is no such file */
async function readJson(path: string): Promise<unknown> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw unreadable(path, cause);
  });
  if (bytes === undefined) return undefined;
  const origin = { source: 'tokenizer', name: path };
  return parseJson(decodeText(bytes, origin), origin, 'copy the file again');
}

function unreadable(path: string, cause: NodeJS.ErrnoException): KaleidoError {
  return new KaleidoError({
    source: 'tokenizer',
    problem: `cannot read ${path}`,
    found: cause.code ?? cause.message,
    advice: 'give the folder of a model, or a vocabulary with one piece a line',
    cause,
  });
}
