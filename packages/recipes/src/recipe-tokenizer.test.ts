import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Recipe } from '@kaleido/recipe-schema';
import { specialTokens } from '@kaleido/tokenizer';
import { microRecipe } from '../test/micro-recipe.ts';
import { givenTokenizer } from './recipe-tokenizer.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'recipe-tokenizer-'));
});
afterEach(() => rm(root, { recursive: true }));

async function write(name: string, words: readonly string[], config?: object): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  await writeFile(join(folder, 'vocab.txt'), [...specialTokens, ...words, ''].join('\n'));
  if (config !== undefined) await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
  return folder;
}

const recipeOf = (path: string | undefined, bert?: string): Recipe => {
  const recipe = microRecipe();
  return {
    ...recipe,
    tokenizer: path === undefined ? recipe.tokenizer : { kind: 'file', path },
    model: { ...recipe.model, bert },
  };
};

describe('the tokenizer of a recipe', () => {
  it("keeps a BERT's settings, from its folder or its vocab.txt, and says so", async () => {
    const bert = await write('bert', ['Red', 'red'], { do_lower_case: false });
    for (const path of [bert, join(bert, 'vocab.txt')]) {
      const said: string[] = [];
      const tokenizer = await givenTokenizer(recipeOf(path, bert), (message) => said.push(message));
      expect(tokenizer?.encode('Red').tokens).toEqual(['[CLS]', 'Red', '[SEP]']);
      expect(said).toEqual([
        `vocabulary ${path}: 7 pieces; capitals are kept, accents kept: as tokenizer_config.json says`,
      ]);
    }
  });

  it('must be that of its BERT, where that has one', async () => {
    const bert = await write('bert', ['Red', 'red'], { do_lower_case: false });
    const refused = (path: string | undefined) => expect(givenTokenizer(recipeOf(path, bert))).rejects;
    await refused(await write('lower', ['Red', 'red'])).toThrow(
      `is not that of its BERT ${bert}: lowercase must be false, found true; set "tokenizer" to {"kind":"file","path":"${bert}"}`,
    );
    await refused(await write('turned', ['red', 'Red'], { do_lower_case: false })).toThrow(
      /the piece of id 5 must be "Red", found "red"/,
    );
    await refused(await write('shorter', ['Red'], { do_lower_case: false })).toThrow(/id 6 must be "red", found null/);
    await refused(await write('longer', ['Red', 'red', 'Hat'], { do_lower_case: false })).toThrow(
      /it must have 7 pieces, found 8/,
    );
    await refused(undefined).toThrow(/it is trained anew/);
    await mkdir(join(root, 'weights-only'));
    expect(await givenTokenizer(recipeOf(undefined, join(root, 'weights-only')))).toBeUndefined();
  });
});
