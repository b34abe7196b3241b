import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeText, KaleidoError } from '@kaleido/foundation';
import {
  createTokenizer,
  type EncodedCaption,
  type NormalizationOptions,
  normalizeText,
  type PairStrategy,
  type Tokenizer,
} from '@kaleido/tokenizer';
import { type Comparison, compareItems, skipped } from '../comparison.ts';
import { readJson, readRows } from '../read-case.ts';

interface Row {
  readonly text: string;
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  readonly offsets: readonly (readonly [number, number])[];
  readonly normalized?: string;
  /** Whether the text contains code points that only some versions of Unicode know: engines may differ. */
  readonly unicodeVersion?: boolean;
  readonly attentionMask?: readonly number[];
}

const strategies: Readonly<Record<string, PairStrategy>> = {
  longest_first: 'longestFirst',
  only_first: 'onlyFirst',
  only_second: 'onlySecond',
};
/** Texts are split at these tokens before normalisation. */
const special = /\[(PAD|UNK|CLS|SEP|MASK)\]/;

/** Compares those of the tokenizer's golden files that are in a folder. */
export async function compareTokenizer(folder: string, vocabularyPath: string | undefined): Promise<Comparison[]> {
  const vocabulary = await readVocabulary(folder, vocabularyPath);
  const tokenizer = createTokenizer(vocabulary, { specialTokensInText: 'special' });
  const comparisons: Comparison[] = [];
  const files: Readonly<Record<string, (path: string) => Promise<Comparison[]>>> = {
    'encode.jsonl': async (path) => compareEncoded(await readRows<Row>(path), tokenizer),
    'truncate.jsonl': async (path) => compareTruncated(await readRows<TruncateRow>(path), tokenizer),
    'pairs.jsonl': async (path) => comparePairs(await readRows<PairRow>(path), tokenizer),
    'decode.jsonl': async (path) => compareDecoded(await readRows<DecodeRow>(path), tokenizer),
    'options.jsonl': async (path) => compareOptions(await readRows<OptionsRow>(path), vocabulary),
    'codepoints.json': async (path) => compareCodePoints((await readJson(path)) as CodePoints),
  };
  for (const [name, compare] of Object.entries(files)) {
    const path = join(folder, name);
    comparisons.push(...(existsSync(path) ? await compare(path) : [skipped(name, 'it is not there')]));
  }
  return comparisons;
}

async function readVocabulary(folder: string, given: string | undefined): Promise<string> {
  const name = 'bert-base-uncased-vocab.txt';
  const repository = fileURLToPath(new URL('../../../..', import.meta.url));
  const places =
    given === undefined
      ? [
          ...(await readdir(folder).catch((): string[] => []))
            .filter((file) => /vocab.*\.txt$/.test(file))
            .map((file) => join(folder, file)),
          join(dirname(dirname(folder)), 'weights', name),
          join(dirname(repository), 'shared', 'weights', name),
        ]
      : [given];
  const path = places.find((place) => existsSync(place));
  if (path === undefined)
    throw new KaleidoError({
      source: 'parity',
      problem: 'there is no vocabulary',
      found: places,
      advice: `pass --vocabulary with the path of ${name}`,
    });
  return decodeText(await readFile(path), { source: 'parity', name: path });
}

/** Compares ids, pieces and offsets of some texts. */
function compareAll(
  name: string,
  rows: readonly Row[],
  encode: (row: Row) => Pick<EncodedCaption, 'ids' | 'tokens' | 'offsets'>,
): Comparison[] {
  const known = rows.filter(({ unicodeVersion }) => unicodeVersion !== true);
  const found = known.map(encode);
  const left = rows.length - known.length;
  return [
    compareItems(
      `${name} ids`,
      found.map(({ ids }) => [...ids]),
      known.map(({ ids }) => ids),
    ),
    compareItems(
      `${name} tokens`,
      found.map(({ tokens }) => tokens),
      known.map(({ tokens }) => tokens),
    ),
    compareItems(
      `${name} offsets`,
      found.map(({ offsets }) => offsets),
      known.map(({ offsets }) => offsets),
    ),
    ...(left === 0 ? [] : [skipped(`${name}, ${left} texts`, 'they hold code points that engines may not know')]),
  ];
}

function compareEncoded(rows: readonly Row[], tokenizer: Tokenizer): Comparison[] {
  const normal = rows.filter(
    ({ normalized, text, unicodeVersion }) =>
      normalized !== undefined && unicodeVersion !== true && !special.test(text),
  );
  return [
    ...compareAll('encode', rows, ({ text }) => tokenizer.encode(text)),
    compareItems(
      'encode normalised',
      normal.map(({ text }) => normalizeText(text).characters.join('')),
      normal.map(({ normalized }) => normalized),
    ),
  ];
}

interface TruncateRow extends Row {
  readonly maxLength: number;
  readonly direction: 'left' | 'right';
  readonly stride?: number;
  readonly pad?: boolean;
  readonly overflowing?: readonly (readonly number[])[];
}

function compareTruncated(rows: readonly TruncateRow[], tokenizer: Tokenizer): Comparison[] {
  const windows = (row: TruncateRow): EncodedCaption[] => {
    const { maxLength: maximumLength, direction: cutSide, stride = 0, pad = false } = row;
    return tokenizer.encodeWindows(row.text, { maximumLength, cutSide, stride, pad });
  };
  const masked = rows.filter(({ attentionMask }) => attentionMask !== undefined);
  const overflowing = rows.filter((row) => row.overflowing !== undefined);
  return [
    ...compareAll('truncate', rows, (row) => windows(row as TruncateRow)[0] as EncodedCaption),
    compareItems(
      'truncate attention masks',
      masked.map((row) => [...(windows(row)[0] as EncodedCaption).mask]),
      masked.map(({ attentionMask }) => attentionMask),
    ),
    compareItems(
      'truncate further windows',
      overflowing.map((row) =>
        windows(row)
          .slice(1)
          .map(({ ids }) => [...ids]),
      ),
      overflowing.map((row) => row.overflowing),
    ),
  ];
}

interface PairRow extends Row {
  readonly pair: string;
  readonly typeIds: readonly number[];
  readonly sequence: readonly (0 | 1 | null)[];
  readonly maxLength?: number;
  readonly strategy?: string;
  readonly pad?: boolean;
}

function comparePairs(rows: readonly PairRow[], tokenizer: Tokenizer): Comparison[] {
  const encode = (row: PairRow) =>
    tokenizer.encodePair(row.text, row.pair, {
      ...(row.maxLength === undefined ? {} : { maximumLength: row.maxLength }),
      ...(row.strategy === undefined ? {} : { strategy: strategies[row.strategy] as PairStrategy }),
      pad: row.pad ?? false,
    });
  const found = rows.map(encode);
  const masked = rows.filter(({ attentionMask }) => attentionMask !== undefined);
  return [
    ...compareAll('pairs', rows, (row) => encode(row as PairRow)),
    compareItems(
      'pairs type ids',
      found.map(({ typeIds }) => [...typeIds]),
      rows.map(({ typeIds }) => typeIds),
    ),
    compareItems(
      'pairs sequences',
      found.map(({ sequence }) => sequence),
      rows.map(({ sequence }) => sequence),
    ),
    compareItems(
      'pairs attention masks',
      masked.map((row) => [...encode(row).mask]),
      masked.map(({ attentionMask }) => attentionMask),
    ),
  ];
}

interface DecodeRow {
  readonly ids: readonly number[];
  readonly skipSpecialTokens: boolean;
  readonly text: string;
}

/** The reference drops an id outside the vocabulary; here it is an error. */
function compareDecoded(rows: readonly DecodeRow[], tokenizer: Tokenizer): Comparison[] {
  const isInside = ({ ids }: DecodeRow): boolean => ids.every((id) => id >= 0 && id < tokenizer.vocabularySize);
  const [inside, outside] = [rows.filter(isInside), rows.filter((row) => !isInside(row))];
  const refused = outside.map(({ ids }) => {
    try {
      return tokenizer.decode(ids);
    } catch (error) {
      return KaleidoError.isInstance(error) ? 'refused' : String(error);
    }
  });
  return [
    compareItems(
      'decode',
      inside.map(({ ids, skipSpecialTokens }) => tokenizer.decode(ids, { skipSpecialTokens })),
      inside.map(({ text }) => text),
    ),
    compareItems(
      'decode ids outside the vocabulary',
      refused,
      outside.map(() => 'refused'),
    ),
  ];
}

interface OptionsRow extends Row {
  readonly options: {
    readonly lowercase?: boolean;
    readonly stripAccents?: boolean;
    readonly handleChineseChars?: boolean;
    readonly cleanText?: boolean;
    readonly specialTokensInText?: 'plain';
  };
}

function compareOptions(rows: readonly OptionsRow[], vocabulary: string): Comparison[] {
  const made = new Map<string, Tokenizer>();
  return compareAll('options', rows, (row) => {
    const { handleChineseChars, specialTokensInText = 'special', ...others } = (row as OptionsRow).options;
    const normalization: NormalizationOptions = {
      ...others,
      ...(handleChineseChars === undefined ? {} : { isolateIdeographs: handleChineseChars }),
    };
    const settings = { ...normalization, specialTokensInText } as const;
    const key = JSON.stringify(settings);
    const tokenizer = made.get(key) ?? createTokenizer(vocabulary, settings);
    made.set(key, tokenizer);
    return tokenizer.encode(row.text);
  });
}

type Ranges = readonly (readonly [first: number, last: number])[];

interface CodePoints {
  readonly ranges: {
    readonly removed: Ranges;
    readonly space: Ranges;
    readonly cjk: Ranges;
    readonly punctuation: Ranges;
  };
  readonly mapped: Readonly<Record<string, string>>;
}

function compareCodePoints({ ranges, mapped }: CodePoints): Comparison[] {
  const forms = new Map(Object.entries(mapped).map(([hex, form]) => [Number.parseInt(hex, 16), form]));
  const fill = (of: Ranges, form: (text: string) => string): void => {
    for (const [first, last] of of)
      for (let codePoint = first; codePoint <= last; codePoint++)
        forms.set(codePoint, form(forms.get(codePoint) ?? String.fromCodePoint(codePoint)));
  };
  fill(ranges.removed, () => '');
  fill(ranges.space, () => ' ');
  fill(ranges.cjk, (text) => ` ${text} `);
  const inside = (of: Ranges, codePoint: number): boolean =>
    of.some(([first, last]) => codePoint >= first && codePoint <= last);
  const letters = createTokenizer(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'b']);
  const all: number[] = [];
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++)
    // No surrogates, and no Hangul syllables, which are in no table.
    if (!(codePoint >= 0xd800 && codePoint <= 0xdfff) && !(codePoint >= 0xac00 && codePoint <= 0xd7a3))
      all.push(codePoint);
  const words = all.filter(
    (codePoint) =>
      codePoint > 0x20 &&
      codePoint <= 0x2ffff &&
      !inside(ranges.removed, codePoint) &&
      !inside(ranges.space, codePoint) &&
      !inside(ranges.cjk, codePoint),
  );
  return [
    compareItems(
      'code points, normal forms',
      all.map((codePoint) => normalizeText(String.fromCodePoint(codePoint)).characters.join('')),
      all.map((codePoint) => forms.get(codePoint) ?? String.fromCodePoint(codePoint)),
    ),
    compareItems(
      'code points, punctuation',
      // Punctuation splits the text into three words; other characters give a single unknown word.
      words.map((codePoint) => letters.encode(`a${String.fromCodePoint(codePoint)}b`).tokens[1] === 'a'),
      words.map((codePoint) => inside(ranges.punctuation, codePoint)),
    ),
  ];
}
