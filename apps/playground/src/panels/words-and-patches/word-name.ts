import type { ReadWord } from '@kaleido/insight';

/**
 * The name of a word in the address: the word itself, with its number where it occurs more than once. So a pinned word
 * stays pinned when the caption changes around it.
 */
export function wordName(words: readonly ReadWord[], index: number): string | undefined {
  const text = words[index]?.text;
  if (text === undefined) return undefined;
  const number = words.slice(0, index + 1).filter((word) => word.text === text).length;
  return number === 1 ? text : `${text} ${number}`;
}

/** The word of that name; undefined if the caption has none. */
export function wordNamed(words: readonly ReadWord[], name: string | undefined): number | undefined {
  if (name === undefined) return undefined;
  const [text, number = '1'] = name.split(' ', 2);
  const places = [...words.keys()].filter((index) => words[index]?.text === text);
  return places[Number(number) - 1];
}
