import { isControl, isPunctuation, isSpace } from './character-classes.ts';
import { cutWord, type WordPiece } from './cut-word.ts';
import type { Piece } from './piece.ts';
import type { Vocabulary } from './vocabulary.ts';

const [inWord, space, mark, elsewhere] = [0, 1, 2, 3];
/** The class of each ASCII character; control characters are left to the general path, which drops them. */
const classes = Uint8Array.from({ length: 128 }, (_, codePoint) => {
  if (isControl(codePoint)) return elsewhere;
  if (isSpace(codePoint)) return space;
  return isPunctuation(codePoint) ? mark : inWord;
});
/** The most cached words; the titles of a catalogue have some ten thousand. */
const mostWords = 50_000;

/**
 * The fast path for plain ASCII, i.e. most captions: nothing is decomposed, a character is a code point, and the pieces
 * of words are cached.
 * @returns a function that gives undefined for a text that needs the general path
 */
export function asciiCutter(vocabulary: Vocabulary, lowercase: boolean): (text: string) => Piece[] | undefined {
  const known = new Map<string, readonly WordPiece[]>();
  const cut = (word: string): readonly WordPiece[] => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const found = cutWord([...(lowercase ? word.toLowerCase() : word)], vocabulary);
    if (known.size >= mostWords) known.clear();
    known.set(word, found);
    return found;
  };
  return (text) => {
    const pieces: Piece[] = [];
    const take = (begin: number, end: number): void => {
      for (const piece of cut(text.slice(begin, end)))
        pieces.push({
          id: piece.id,
          beginsWord: piece.begin === 0,
          offset: [begin + piece.begin, begin + piece.end],
        });
    };
    let begin = -1;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const kind = code < 128 ? classes[code] : elsewhere;
      if (kind === inWord) {
        if (begin < 0) begin = at;
        continue;
      }
      if (kind === elsewhere) return undefined;
      if (begin >= 0) take(begin, at);
      begin = -1;
      if (kind === mark) take(at, at + 1);
    }
    if (begin >= 0) take(begin, text.length);
    return pieces;
  };
}
