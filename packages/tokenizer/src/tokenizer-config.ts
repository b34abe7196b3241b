import { KaleidoError } from '@kaleido/foundation';
import type { NormalizationOptions } from './normalize-text.ts';
import { specialTokens } from './vocabulary.ts';

/** The contents of a `tokenizer_config.json`. */
export interface TokenizerConfig {
  /** The keys that are present. */
  readonly normalization: NormalizationOptions;
  /** Settings that are not supported here, a sentence each. */
  readonly notes: readonly string[];
}

/** Tokenizers that split text as BERT's does. */
const bertLike =
  /^((Bert|DistilBert|Electra|MobileBert|ConvBert|Lxmert|LayoutLM|SqueezeBert)Tokenizer(Fast)?|PreTrainedTokenizer(Fast)?|TokenizersBackend)$/;

/** A token: its text, or an object that contains it. */
type TokenValue = string | { readonly content?: unknown };

/**
 * Reads the values of a Hugging Face `tokenizer_config.json`: `do_lower_case`, `strip_accents`,
 * `tokenize_chinese_chars` and `clean_text`. An absent key is not set.
 *
 * @param values the parsed JSON
 * @param file its name in errors
 * @throws KaleidoError for a value of the wrong type, a tokenizer that splits words differently from BERT's, and
 *   special tokens with other names
 */
export function readTokenizerConfig(values: unknown, file: string): TokenizerConfig {
  const refuse = (problem: string, found: unknown, advice?: string): KaleidoError =>
    new KaleidoError({
      source: 'tokenizer',
      problem: `${file} ${problem}`,
      found,
      advice: advice ?? 'use a WordPiece tokenizer of a BERT, as Hugging Face saves it',
    });
  if (!isObject(values)) throw refuse('must hold a JSON object', values);
  const flag = (key: string): boolean | undefined => {
    const value = values[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'boolean') throw refuse(`has a "${key}" that is neither true nor false`, value, 'correct it');
    return value;
  };
  const { tokenizer_class: name, never_split: kept } = values;
  if (typeof name === 'string' && !bertLike.test(name))
    throw refuse('names a tokenizer that splits text otherwise than BERT', name);
  if (flag('do_basic_tokenize') === false)
    throw refuse('turns the splitting at spaces and punctuation off, which is not supported', {
      do_basic_tokenize: false,
    });
  for (const token of specialTokens) {
    const key = `${token.slice(1, -1).toLowerCase()}_token`;
    const content = contentOf(values[key]);
    if (content !== undefined && content !== token) throw refuse(`has another ${key} than ${token}`, content);
  }
  const lowercase = flag('do_lower_case');
  const stripAccents = flag('strip_accents');
  const isolateIdeographs = flag('tokenize_chinese_chars');
  const cleanText = flag('clean_text');
  const neverSplit = Array.isArray(kept) ? kept.filter((token) => !isSpecial(token)) : [];
  return {
    normalization: {
      ...(lowercase === undefined ? {} : { lowercase }),
      ...(stripAccents === undefined ? {} : { stripAccents }),
      ...(isolateIdeographs === undefined ? {} : { isolateIdeographs }),
      ...(cleanText === undefined ? {} : { cleanText }),
    },
    notes: [
      ...(neverSplit.length === 0 ? [] : [`never_split has no effect here: ${named(neverSplit)} are split like text`]),
      ...addedTokensNote(isObject(values.added_tokens_decoder) ? Object.values(values.added_tokens_decoder) : []),
    ],
  };
}

/** The text of a `tokenizer_config.json` that Hugging Face's libraries read. */
export function tokenizerConfigText(normalization: Required<NormalizationOptions>): string {
  const { lowercase, stripAccents, isolateIdeographs, cleanText } = normalization;
  const values = {
    tokenizer_class: 'BertTokenizer',
    do_lower_case: lowercase,
    // null: the value of do_lower_case.
    strip_accents: stripAccents === lowercase ? null : stripAccents,
    tokenize_chinese_chars: isolateIdeographs,
    ...(cleanText ? {} : { clean_text: false }),
  };
  return `${JSON.stringify(values, undefined, 2)}\n`;
}

/** A note on tokens other than BERT's special ones, which Hugging Face keeps whole anywhere in a text. */
export function addedTokensNote(tokens: readonly unknown[]): string[] {
  const added = tokens.filter((token) => contentOf(token) !== undefined && !isSpecial(token));
  return added.length === 0 ? [] : [`added tokens are not kept whole here: ${named(added)} are split like text`];
}

function isSpecial(token: unknown): boolean {
  return (specialTokens as readonly unknown[]).includes(contentOf(token));
}

function contentOf(token: unknown): string | undefined {
  const content = isObject(token) ? (token as Exclude<TokenValue, string>).content : token;
  return typeof content === 'string' ? content : undefined;
}

/** Lists at most five, and the number of others. */
function named(tokens: readonly unknown[]): string {
  const names = tokens.slice(0, 5).map((token) => JSON.stringify(contentOf(token) ?? token));
  return `${names.join(', ')}${tokens.length > names.length ? ` and ${tokens.length - names.length} more` : ''}`;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
