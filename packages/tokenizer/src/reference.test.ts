import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import {
  createTokenizer,
  type EncodedCaption,
  type NormalizationOptions,
  type PairStrategy,
  type Tokenizer,
} from './index.ts';
import { normalizeText } from './normalize-text.ts';

// Expected values: Hugging Face tokenizers 0.23.3 with bert-base-uncased's vocabulary (test/fixtures/reference/README.md).
const fixtures = fileURLToPath(new URL('../test/fixtures/reference/', import.meta.url));
const shared = fileURLToPath(new URL('../../../../shared/', import.meta.url));
const sharedVocabulary = `${shared}weights/bert-base-uncased-vocab.txt`;
const sharedIsHere = existsSync(`${shared}golden/tokenizer/`) && existsSync(sharedVocabulary);

/** A vocabulary with the pieces that the fixtures need; the other places have pieces that occur in no text. */
function fixtureVocabulary(): string {
  const pieces = Array.from({ length: 30_522 }, (_, id) => `[unused${id}]`);
  for (const line of readFileSync(`${fixtures}vocabulary.tsv`, 'utf8').trimEnd().split('\n')) {
    const [id, piece] = line.split('\t') as [string, string];
    pieces[Number(id)] = piece;
  }
  return `${pieces.join('\n')}\n`;
}

interface Row {
  readonly text: string;
  readonly ids: number[];
  readonly tokens: string[];
  readonly offsets: [number, number][];
  readonly normalized?: string;
  readonly unicodeVersion?: boolean;
}

function rowsOf<Kind>(path: string): Kind[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Kind);
}

function plain({ ids, tokens, offsets }: EncodedCaption): object {
  return { ids: [...ids], tokens, offsets };
}

function expected({ ids, tokens, offsets }: Row): object {
  return { ids, tokens, offsets };
}

describe.each([
  { texts: 352, golden: fixtures, absent: false, where: 'made-up texts' },
  {
    texts: 1500,
    golden: `${shared}golden/tokenizer/`,
    absent: !sharedIsHere,
    where: 'captions too (skipped where ../shared is absent)',
  },
])("the reference's own values, $where", ({ texts, golden, absent }) => {
  const itHere = absent ? it.skip : it;
  const rows = <Kind>(name: string): Kind[] => rowsOf(`${golden}${name}`);
  const vocabulary = golden === fixtures || absent ? fixtureVocabulary() : readFileSync(sharedVocabulary, 'utf8');
  const tokenizer = createTokenizer(vocabulary, { specialTokensInText: 'special' });

  itHere('encodes texts with equal ids, pieces and offsets', () => {
    const cases = rows<Row>('encode.jsonl');
    expect(cases).toHaveLength(texts);
    for (const row of cases) expect(plain(tokenizer.encode(row.text))).toEqual(expected(row));
  });

  itHere('normalises as the reference', () => {
    for (const row of rows<Row>('encode.jsonl'))
      if (row.normalized !== undefined && !/\[(PAD|UNK|CLS|SEP|MASK)\]/.test(row.text))
        expect(normalizeText(row.text).characters.join('')).toBe(row.normalized);
  });

  itHere('truncates, pads and makes windows as the reference', () => {
    interface TruncateRow extends Row {
      readonly maxLength: number;
      readonly direction: 'left' | 'right';
      readonly stride?: number;
      readonly pad?: boolean;
      readonly attentionMask?: number[];
      readonly overflowing?: number[][];
      readonly pair?: string;
    }
    for (const row of rows<TruncateRow>('truncate.jsonl')) {
      const { maxLength: maximumLength, direction: cutSide, stride = 0, pad = false } = row;
      const [first, ...others] = tokenizer.encodeWindows(row.text, { maximumLength, cutSide, stride, pad });
      expect(plain(first as EncodedCaption)).toEqual(expected(row));
      expect(plain(tokenizer.encode(row.text, { maximumLength, cutSide, pad }))).toEqual(expected(row));
      if (row.attentionMask) expect([...(first as EncodedCaption).mask]).toEqual(row.attentionMask);
      if (row.overflowing) expect(others.map(({ ids }) => [...ids])).toEqual(row.overflowing);
    }
  });

  itHere('decodes as the reference; an id outside the vocabulary is an error here, dropped there', () => {
    for (const { ids, skipSpecialTokens, text, note } of rows<{
      ids: number[];
      skipSpecialTokens: boolean;
      text: string;
      note?: string;
    }>('decode.jsonl')) {
      if (!note?.startsWith('an id outside')) expect(tokenizer.decode(ids, { skipSpecialTokens })).toBe(text);
      else
        expect(() => tokenizer.decode(ids)).toThrow('@kaleido/tokenizer: ids must lie in a vocabulary of 30522 pieces');
    }
  });

  itHere('follows the reference under other settings', () => {
    interface Options {
      readonly lowercase?: boolean;
      readonly stripAccents?: boolean;
      readonly handleChineseChars?: boolean;
      readonly cleanText?: boolean;
      readonly specialTokensInText?: 'plain';
    }
    const others = new Map<string, Tokenizer>();
    for (const row of rows<Row & { options: Options }>('options.jsonl')) {
      const { handleChineseChars, specialTokensInText = 'special', ...switches } = row.options;
      const normalization: NormalizationOptions = {
        ...switches,
        ...(handleChineseChars === undefined ? {} : { isolateIdeographs: handleChineseChars }),
      };
      const key = JSON.stringify(row.options);
      const other = others.get(key) ?? createTokenizer(vocabulary, { ...normalization, specialTokensInText });
      others.set(key, other);
      expect(plain(other.encode(row.text))).toEqual(expected(row));
    }
  });

  itHere('joins two texts as the reference', () => {
    const strategies: Record<string, PairStrategy> = {
      longest_first: 'longestFirst',
      only_first: 'onlyFirst',
      only_second: 'onlySecond',
    };
    interface PairRow extends Row {
      readonly pair: string;
      readonly typeIds: number[];
      readonly sequence: (0 | 1 | null)[];
      readonly maxLength?: number;
      readonly strategy?: string;
      readonly pad?: boolean;
      readonly attentionMask?: number[];
    }
    for (const row of rows<PairRow>('pairs.jsonl')) {
      const encoded = tokenizer.encodePair(row.text, row.pair, {
        ...(row.maxLength === undefined ? {} : { maximumLength: row.maxLength }),
        ...(row.strategy === undefined ? {} : { strategy: strategies[row.strategy] as PairStrategy }),
        pad: row.pad ?? false,
      });
      expect(plain(encoded)).toEqual(expected(row));
      expect([...encoded.typeIds]).toEqual(row.typeIds);
      expect(encoded.sequence).toEqual(row.sequence);
      if (row.attentionMask) expect([...encoded.mask]).toEqual(row.attentionMask);
    }
  });

  itHere('writes back the vocabulary it was given', () => {
    expect(tokenizer.toVocabularyText()).toBe(vocabulary);
    expect(tokenizer.vocabularySize).toBe(30522);
  });
});

describe('every code point', () => {
  it('normalises every code point like the reference', () => {
    const { ranges, mapped } = JSON.parse(readFileSync(`${fixtures}codepoints.json`, 'utf8')) as {
      ranges: Record<'removed' | 'space' | 'cjk', [number, number][]>;
      mapped: Record<string, string>;
    };
    const forms = new Map(Object.entries(mapped).map(([hex, form]) => [Number.parseInt(hex, 16), form]));
    const fill = (kind: 'removed' | 'space' | 'cjk', form: (text: string) => string): void => {
      for (const [first, last] of ranges[kind])
        for (let codePoint = first; codePoint <= last; codePoint++)
          forms.set(codePoint, form(forms.get(codePoint) ?? String.fromCodePoint(codePoint)));
    };
    fill('removed', () => '');
    fill('space', () => ' ');
    fill('cjk', (text) => ` ${text} `);
    const different: string[] = [];
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      if ((codePoint >= 0xd800 && codePoint <= 0xdfff) || (codePoint >= 0xac00 && codePoint <= 0xd7a3)) continue;
      const character = String.fromCodePoint(codePoint);
      if (normalizeText(character).characters.join('') !== (forms.get(codePoint) ?? character))
        different.push(codePoint.toString(16));
    }
    expect(different).toEqual([]);
  });

  it('isolates the same punctuation over all code points', () => {
    const { ranges } = JSON.parse(readFileSync(`${fixtures}codepoints.json`, 'utf8')) as {
      ranges: Record<'removed' | 'space' | 'cjk' | 'punctuation', [number, number][]>;
    };
    const inside = (kind: keyof typeof ranges, codePoint: number): boolean =>
      ranges[kind].some(([first, last]) => codePoint >= first && codePoint <= last);
    const letters = createTokenizer(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'b']);
    const different: string[] = [];
    // "a", the code point, "b": three words if it is isolated, one [UNK] if it joins them.
    for (let codePoint = 0x21; codePoint <= 0x2ffff; codePoint++) {
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
      if (inside('removed', codePoint) || inside('space', codePoint) || inside('cjk', codePoint)) continue;
      const isolated = letters.encode(`a${String.fromCodePoint(codePoint)}b`).tokens[1] === 'a';
      if (isolated !== inside('punctuation', codePoint)) different.push(codePoint.toString(16));
    }
    expect(different).toEqual([]);
  });
});
