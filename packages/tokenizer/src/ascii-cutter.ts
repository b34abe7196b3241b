import { isControl, isPunctuation, isSpace } from './character-classes.ts';
import { cutWord, type WordPiece } from './cut-word.ts';
import type { Piece } from './piece.ts';
import type { Vocabulary } from './vocabulary.ts';

const [inWord, space, mark, elsewhere] = [0, 1, 2, 3];
/** What each character of ASCII is; a control character is left to the general way, which drops it. */
const classes = Uint8Array.from({ length: 128 }, (_, codePoint) => {
  if (isControl(codePoint)) return elsewhere;
  if (isSpace(codePoint)) return space;
  return isPunctuation(codePoint) ? mark : inWord;
});
/** Words that are remembered; a catalogue's titles have some ten thousand. */
const mostWords = 50_000;

/**
 * The short way for plain ASCII, most of all captions: nothing is decomposed, a character is a code point, and a word
 * that came before is cut as it was then.
 * @returns nothing for a text that must go the general way
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
