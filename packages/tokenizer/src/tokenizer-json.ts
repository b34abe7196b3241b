import { KaleidoError } from '@kaleido/foundation';
import type { NormalizationOptions } from './normalize-text.ts';
import { addedTokensNote, isObject } from './tokenizer-config.ts';
import { continuingPrefix } from './vocabulary.ts';

/** The contents of a `tokenizer.json` of Hugging Face's `tokenizers` that this project's tokenizer uses. */
export interface TokenizerJson {
  /** The pieces; a piece's index is its id. */
  readonly pieces: readonly string[];
  readonly normalization: Required<NormalizationOptions>;
  /** Settings that are not supported here, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads the values of a `tokenizer.json`: a WordPiece model with BERT's normalizer and pre-tokenizer.
 *
 * @param values the parsed JSON
 * @param file its name in errors
 * @throws KaleidoError for any other model, normalizer or pre-tokenizer, and for ids with gaps
 */
export function readTokenizerJson(values: unknown, file: string): TokenizerJson {
  const refuse = (problem: string, found: unknown): KaleidoError =>
    new KaleidoError({
      source: 'tokenizer',
      problem: `${file} ${problem}`,
      found,
      advice: 'use a WordPiece tokenizer of a BERT, as Hugging Face saves it',
    });
  if (!isObject(values)) throw refuse('must hold a JSON object', values);
  const { model, pre_tokenizer, added_tokens } = values;
  if (!isObject(model) || !isObject(model.vocab) || (model.type ?? 'WordPiece') !== 'WordPiece')
    throw refuse('must hold a model of type WordPiece', isObject(model) ? model.type : model);
  for (const [key, usual] of [
    ['unk_token', '[UNK]'],
    ['continuing_subword_prefix', continuingPrefix],
    ['max_input_chars_per_word', 100],
  ] as const)
    if ((model[key] ?? usual) !== usual) throw refuse(`must have the model.${key} ${usual}`, model[key]);
  const preTokenizer = onlyPart(pre_tokenizer, 'pretokenizers');
  if (!isObject(preTokenizer) || preTokenizer.type !== 'BertPreTokenizer')
    throw refuse('must have the pre_tokenizer BertPreTokenizer', isObject(preTokenizer) ? preTokenizer.type : null);
  const vocabulary = Object.entries(model.vocab);
  const pieces: string[] = [];
  for (const [piece, id] of vocabulary) {
    if (!Number.isInteger(id) || (id as number) < 0 || (id as number) >= vocabulary.length)
      throw refuse(`must number its ${vocabulary.length} pieces from 0 without gaps: "${piece}"`, id);
    if (pieces[id as number] !== undefined)
      throw refuse(`has one id for two pieces, "${pieces[id as number]}" and "${piece}"`, id);
    pieces[id as number] = piece;
  }
  return {
    pieces,
    normalization: readNormalizer(onlyPart(values.normalizer, 'normalizers'), refuse),
    notes: addedTokensNote(Array.isArray(added_tokens) ? added_tokens : []),
  };
}

/** Unwraps a sequence of one part. */
function onlyPart(value: unknown, key: string): unknown {
  if (!isObject(value) || value.type !== 'Sequence') return value;
  const parts = value[key];
  return Array.isArray(parts) && parts.length === 1 ? parts[0] : value;
}

function readNormalizer(
  value: unknown,
  refuse: (problem: string, found: unknown) => KaleidoError,
): Required<NormalizationOptions> {
  if (value === null || value === undefined)
    return { lowercase: false, stripAccents: false, cleanText: false, isolateIdeographs: false };
  if (!isObject(value) || value.type !== 'BertNormalizer')
    throw refuse('must have the normalizer BertNormalizer or none', isObject(value) ? value.type : value);
  const flag = (key: string, usual: boolean): boolean => {
    const found = value[key] ?? usual;
    if (typeof found !== 'boolean') throw refuse(`has a normalizer.${key} that is neither true nor false`, found);
    return found;
  };
  const lowercase = flag('lowercase', true);
  return {
    lowercase,
    stripAccents: flag('strip_accents', lowercase),
    cleanText: flag('clean_text', true),
    isolateIdeographs: flag('handle_chinese_chars', true),
  };
}
