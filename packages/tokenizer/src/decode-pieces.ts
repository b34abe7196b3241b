import { continuingPrefix } from './vocabulary.ts';

/** Blanks that the reference's clean-up removes, in its order; it looks at one piece at a time. */
const cleanUps: readonly (readonly [from: string, to: string])[] = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" n't", "n't"],
  [" 'm", "'m"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

/** Joins pieces to readable text: blanks before continuing pieces and before . ? ! , are removed. */
export function decodePieces(pieces: readonly string[]): string {
  let text = '';
  for (const [index, piece] of pieces.entries()) {
    let written = piece;
    if (index > 0) written = piece.startsWith(continuingPrefix) ? piece.slice(continuingPrefix.length) : ` ${piece}`;
    for (const [from, to] of cleanUps) written = written.replaceAll(from, to);
    text += written;
  }
  return text;
}
