import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { isReleasedRecipe, parseReleasedRecipe } from './index.ts';

const folder = fileURLToPath(new URL('../../../recipes/released/', import.meta.url));

describe('parseReleasedRecipe', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

  it.each(names)('reads %s', (name) => {
    const text = readFileSync(`${folder}${name}`, 'utf8');
    expect(isReleasedRecipe(text)).toBe(true);
    expect(() => parseReleasedRecipe(text, name)).not.toThrow();
  });

  it('refuses training for a task that the released code does not train', () => {
    const recipe = {
      kind: 'released',
      name: 'retrieval',
      description: '',
      command: '',
      task: 'image-to-text',
      files: { train: 'a.tsv', evaluate: 'b.tsv' },
      training: { epochs: 1, learningRate: 0.1 },
      seed: 1,
    };
    expect(() => parseReleasedRecipe(JSON.stringify(recipe), 'retrieval.json')).toThrow(
      /is wrong at "training": the released code trains no retrieval/,
    );
  });
});
