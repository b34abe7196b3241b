import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { createTokenizer, specialTokens } from './index.ts';
import { openTokenizer, saveTokenizer } from './node.ts';

const uncased = [...specialTokens, 'red', 'cafe', 'hemd', '红', '##红'];
const cased = [...uncased, 'Red', 'café', 'Café', 'Cafe'];
const text = 'Red Café 红红';

let root = '';
let folder = '';
beforeEach(async () => {
  await rm(root, { recursive: true, force: true });
  root = await mkdtemp(join(tmpdir(), 'open-tokenizer-'));
  folder = join(root, 'bert');
  await mkdir(folder);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const write = (name: string, content: unknown): Promise<void> =>
  writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
const vocabularyOf = (pieces: readonly string[]): string => pieces.map((piece) => `${piece}\n`).join('');

/** The tokens of the text from the folder's tokenizer, and its messages. */
async function opened(path = folder): Promise<{ tokens: string[]; messages: string[] }> {
  const messages: string[] = [];
  const tokenizer = await openTokenizer(path, { onMessage: (message) => messages.push(message) });
  return { tokens: tokenizer.encode(text).tokens.slice(1, -1), messages };
}

/** As `tokenizers` writes it. */
const jsonOf = (normalizer: unknown, pieces = cased): object => ({
  version: '1.0',
  added_tokens: specialTokens.map((content, id) => ({ id, content, special: true })),
  normalizer,
  pre_tokenizer: { type: 'BertPreTokenizer' },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
  },
});
const bertNormalizer = { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true };

describe('openTokenizer', () => {
  it.each<[object, string[]]>([
    [{ do_lower_case: false }, ['Red', 'Café', '红', '红']],
    [{ do_lower_case: true }, ['red', 'cafe', '红', '红']],
    [{ do_lower_case: true, strip_accents: false }, ['red', 'café', '红', '红']],
    [{ do_lower_case: false, strip_accents: true }, ['Red', 'Cafe', '红', '红']],
    [{ do_lower_case: false, tokenize_chinese_chars: false }, ['Red', 'Café', '红', '##红']],
    [{ do_lower_case: false, strip_accents: null, tokenizer_class: 'BertTokenizerFast' }, ['Red', 'Café', '红', '红']],
  ])('follows tokenizer_config.json: %j', async (config, tokens) => {
    await write('vocab.txt', vocabularyOf(cased));
    await write('tokenizer_config.json', config);
    expect((await opened()).tokens).toEqual(tokens);
    // The file itself, with its settings next to it.
    expect((await opened(join(folder, 'vocab.txt'))).tokens).toEqual(tokens);
    // A copy keeps them.
    const copy = join(root, 'copy');
    await saveTokenizer(copy, await openTokenizer(folder));
    expect((await readdir(copy)).sort()).toEqual(['tokenizer_config.json', 'vocab.txt']);
    expect((await opened(copy)).tokens).toEqual(tokens);
  });

  it('writes a tokenizer_config.json in the form of Hugging Face', async () => {
    await saveTokenizer(folder, createTokenizer(cased, { lowercase: false }));
    expect(JSON.parse(await readFile(join(folder, 'tokenizer_config.json'), 'utf8'))).toEqual({
      tokenizer_class: 'BertTokenizer',
      do_lower_case: false,
      strip_accents: null,
      tokenize_chinese_chars: true,
    });
  });

  it('keeps every setting in a copy', async () => {
    const normalization = { lowercase: true, stripAccents: false, isolateIdeographs: false, cleanText: false };
    await saveTokenizer(folder, createTokenizer(cased, normalization));
    expect((await openTokenizer(folder)).normalization).toEqual(normalization);
  });

  it('reads a tokenizer.json without other files', async () => {
    await write('tokenizer.json', jsonOf({ ...bertNormalizer, lowercase: false, strip_accents: null }));
    expect((await opened()).tokens).toEqual(['Red', 'Café', '红', '红']);
    expect((await opened(join(folder, 'tokenizer.json'))).tokens).toEqual(['Red', 'Café', '红', '红']);
    await write('tokenizer.json', jsonOf({ type: 'Sequence', normalizers: [{ ...bertNormalizer, lowercase: true }] }));
    expect((await opened()).tokens).toEqual(['red', 'cafe', '红', '红']);
    await write('tokenizer.json', jsonOf(null));
    expect((await opened()).tokens).toEqual(['Red', 'Café', '红', '##红']);
    // The key in tokenizer_config.json takes precedence.
    await write('tokenizer.json', jsonOf({ ...bertNormalizer, lowercase: true, strip_accents: true }));
    await write('tokenizer_config.json', { do_lower_case: false });
    expect((await opened()).tokens).toEqual(['Red', 'Café', '红', '红']);
  });

  it('takes the normalizer of tokenizer.json next to the vocabulary', async () => {
    await write('vocab.txt', vocabularyOf(cased));
    await write('tokenizer.json', jsonOf({ ...bertNormalizer, lowercase: false }));
    await write('tokenizer_config.json', { tokenizer_class: 'BertTokenizer' });
    const { tokens, messages } = await opened();
    expect(tokens).toEqual(['Red', 'Café', '红', '红']);
    expect(messages).toEqual([`${folder}: 14 pieces; capitals are kept, accents kept: as tokenizer.json says`]);
  });

  it('lower-cases by default, and reports pieces that are then unreachable', async () => {
    await write('vocab.txt', vocabularyOf(uncased));
    const plain = await opened();
    expect(plain.tokens).toEqual(['red', 'cafe', '红', '红']);
    expect(plain.messages).toEqual([
      `${folder}: 10 pieces; capitals are lower-cased, accents dropped: the default, as no tokenizer_config.json says otherwise`,
    ]);
    await write('vocab.txt', vocabularyOf(cased));
    const unreachable = await opened();
    expect(unreachable.tokens).toEqual(plain.tokens);
    expect(unreachable.messages[1]).toMatch(
      /3 of its pieces have capitals.*\(Red, Café, Cafe\).*"do_lower_case": false/,
    );
  });

  it.each([
    ['bert-base-cased', cased, 'Red'],
    ['bert-base-multilingual_cased', cased, 'Red'],
    ['bert-base-uncased', cased, 'red'],
    ['showcased', cased, 'red'],
    // It has no cased pieces.
    ['bert-base-cased', uncased, 'red'],
  ])('follows the name if there is no setting, %s', async (name, pieces, first) => {
    folder = join(root, name);
    await mkdir(folder);
    await write('vocab.txt', vocabularyOf(pieces));
    expect((await opened()).tokens[0]).toBe(first);
    folder = join(root, 'named-otherwise');
    await mkdir(folder);
    await write('vocab.txt', vocabularyOf(pieces));
    await write('config.json', { _name_or_path: `someone/${name}` });
    expect((await opened()).tokens[0]).toBe(first);
    await writeFile(join(root, `${name}-vocab.txt`), vocabularyOf(pieces));
    expect((await opened(join(root, `${name}-vocab.txt`))).tokens[0]).toBe(first);
  });

  it('reports unsupported settings', async () => {
    await write('vocab.txt', vocabularyOf(cased));
    await write('tokenizer_config.json', {
      do_lower_case: false,
      never_split: ['[MASK]', 'C++'],
      added_tokens_decoder: { 0: { content: '[PAD]' }, 9: { content: 'T-shirt' } },
    });
    const { messages } = await opened();
    expect(messages.slice(1)).toEqual([
      `${folder}: never_split has no effect here: "C++" are split like text`,
      `${folder}: added tokens are not kept whole here: "T-shirt" are split like text`,
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ['tokenizer_config.json', '{', /tokenizer_config\.json is not JSON/],
    ['tokenizer_config.json', [], /must hold a JSON object, found \[\]/],
    ['tokenizer_config.json', { do_lower_case: 'no' }, /"do_lower_case" that is neither true nor false, found "no"/],
    ['tokenizer_config.json', { tokenizer_class: 'BertJapaneseTokenizer' }, /otherwise than BERT, found "BertJapan/],
    ['tokenizer_config.json', { do_basic_tokenize: false }, /splitting at spaces and punctuation off/],
    ['tokenizer_config.json', { unk_token: { content: '<unk>' } }, /another unk_token than \[UNK\], found "<unk>"/],
    ['tokenizer.json', { model: { type: 'BPE', vocab: {} } }, /a model of type WordPiece, found "BPE"/],
    ['tokenizer.json', { ...jsonOf(null), pre_tokenizer: null }, /pre_tokenizer BertPreTokenizer, found null/],
    ['tokenizer.json', jsonOf({ type: 'Lowercase' }), /BertNormalizer or none, found "Lowercase"/],
    [
      'tokenizer.json',
      { ...jsonOf(null), model: { vocab: { '[PAD]': 0, '[UNK]': 2 } } },
      /2 pieces from 0 without gaps: "\[UNK\]", found 2/,
    ],
    ['other.txt', '', /holds neither vocab\.txt nor tokenizer\.json/],
  ])('refuses a wrong %s: %j', async (name, content, message) => {
    if (name === 'tokenizer_config.json') await write('vocab.txt', vocabularyOf(cased));
    await write(name, content);
    const error: unknown = await opened().catch((caught: unknown) => caught);
    expect(KaleidoError.isInstance(error)).toBe(true);
    expect((error as KaleidoError).message).toMatch(message);
  });

  it('refuses a path that does not exist', async () => {
    await expect(openTokenizer(join(folder, 'none.txt'))).rejects.toThrow(
      /^@kaleido\/tokenizer: cannot read .*none\.txt, found "ENOENT"/,
    );
  });
});

const golden = fileURLToPath(new URL('../../../../shared/golden/cases/bert/', import.meta.url));
(existsSync(golden) ? describe : describe.skip)(
  `the tokenizers of made-up BERTs${existsSync(golden) ? '' : ' (skipped: ../shared/golden is absent)'}`,
  () => {
    it('are cased or uncased according to their settings', async () => {
      const encode = async (name: string) => (await openTokenizer(join(golden, name))).encode('Black Watch').tokens;
      expect(await encode('cased')).toEqual(['[CLS]', 'Black', 'Watch', '[SEP]']);
      expect(await encode('sharded')).toEqual(['[CLS]', 'black', 'watch', '[SEP]']);
    });
  },
);
