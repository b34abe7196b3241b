import { expect, it } from '@jest/globals';
import { wordName, wordNamed } from './word-name.ts';

const words = ['camel', 'and', 'camel', '2'].map((text, at) => ({
  text,
  start: at + 1,
  end: at + 2,
  from: 0,
  to: 0,
  masked: false,
}));

it('a word is found by its name, also where it occurs twice', () => {
  expect(words.map((_, index) => wordName(words, index))).toEqual(['camel', 'and', 'camel 2', '2']);
  for (const index of words.keys()) expect(wordNamed(words, wordName(words, index))).toBe(index);
});

it('a name without a word is none', () => {
  for (const name of [undefined, '', 'blue', 'camel 3', 'camel x', 'and 2'])
    expect(wordNamed(words, name)).toBe(undefined);
  expect(wordName(words, 9)).toBe(undefined);
});
