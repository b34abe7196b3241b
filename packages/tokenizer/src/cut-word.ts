import { continuingPrefix, type Vocabulary } from './vocabulary.ts';

/** Longer words are always [UNK] (BERT's `max_input_chars_per_word`); in code points. */
export const longestWord = 100;

/** One piece of a word: `characters[begin, end)`. */
export interface WordPiece {
  readonly id: number;
  readonly begin: number;
  readonly end: number;
}

/** Cuts a word into the longest known pieces from the left; if a part is unknown, the word is one [UNK]. */
export function cutWord(characters: readonly string[], vocabulary: Vocabulary): WordPiece[] {
  const unknown: WordPiece[] = [{ id: vocabulary.special.unknown, begin: 0, end: characters.length }];
  if (characters.length > longestWord) return unknown;
  const pieces: WordPiece[] = [];
  for (let begin = 0; begin < characters.length; ) {
    let candidate = begin === 0 ? '' : continuingPrefix;
    let longest: WordPiece | undefined;
    for (let end = begin + 1; end <= characters.length; end++) {
      candidate += characters[end - 1] as string;
      if (candidate.length > vocabulary.longestPiece) break;
      const id = vocabulary.idOfPiece.get(candidate);
      if (id !== undefined) longest = { id, begin, end };
    }
    if (longest === undefined) return unknown;
    pieces.push(longest);
    begin = longest.end;
  }
  return pieces;
}
