import { isPunctuation, isSpace } from './character-classes.ts';
import type { NormalizedText } from './normalize-text.ts';

/** One word, or one punctuation mark, of normalised text. */
export interface Word {
  /** One code point each. */
  readonly characters: readonly string[];
  /** Index of the source code point of each character. */
  readonly sources: readonly number[];
}

/** Splits at spaces, which are dropped, and around every punctuation mark (the reference's `BertPreTokenizer`). */
export function splitWords({ characters, sources }: NormalizedText): Word[] {
  const words: Word[] = [];
  let begin = 0;
  const take = (end: number): void => {
    if (end > begin) words.push({ characters: characters.slice(begin, end), sources: sources.slice(begin, end) });
    begin = end;
  };
  for (let i = 0; i < characters.length; i++) {
    const codePoint = (characters[i] as string).codePointAt(0) as number;
    if (isSpace(codePoint)) {
      take(i);
      begin = i + 1;
    } else if (isPunctuation(codePoint)) {
      take(i);
      take(i + 1);
    }
  }
  take(characters.length);
  return words;
}
