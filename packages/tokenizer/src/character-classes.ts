/**
 * Character classes of the reference tokenizer (Hugging Face `tokenizers` 0.23.3; near Unicode 8 for marks and
 * punctuation). They do not use `\p{...}`, because an engine's tables grow with every Unicode version: the same caption
 * would get other ids in another browser.
 *
 * A packed table lists ascending ranges as "gap+extra" in base 36: `gap` from the end of the previous range to the
 * first code point of this one, `extra` further code points in the range (left out if it is a single code point).
 */
const packedNonspacingMarks = `
  lc+33 7o+4 7e+18 2 2+1 2+1 2 21+a 1d+k h 2u+6 3+5 3+1 2+3 10 v+q 2k+a 1n+8 z+3 2+8 2+2 2+4 18+2 3s+v 1k 2 5+7 5
  4+6 b+1 u 1n 5+3 9 l+1 u+1 1m 5+1 5+1 3+2 4 v+1 4 c+1 1m 5+4 2+1 5 l+1 u 1n 3 2+3 9 9 c+1 v 1q d 1f 1q+2 6+2 2+3
  8+1 c+1 u 1n 3 7 6+1 l+1 u 1s+3 9 l+1 2v 8+2 2 2j 3+6 d+7 2r 3+5 2+1 c+5 23+1 s 2 2 1k+d 2+4 2+1 6+a 2+z a 2v+3
  2+5 2+1 3+1 q+1 5+2 h+3 e 3+1 7 g jk+2 qb+2 u+2 u+1 v+1 1t+1 2+6 9 3+a a 1a+2 4c 3b+2 5+1 a 7+2 64+1 3 1n 2+6 2 2
  3+7 7+9 3 1d+d 1v+3 1d 2+4 2 6 15+8 d+1 x+3 3+1 2+2 1l 2+1 4 2+2 1n+7 3+1 49+2 2+c 2+6 5 7 4+1 5j+1h 7+3 k1+c 5
  4+b 2db+2 3y 2p+v ff+3 30+1 n9x 5+9 x+1 29+1 7l 4 5 q+1 4e s+h 1h+7 q+a 1b+2 1d 3+3 3 15 1w+5 3+1 3+1 d 9 1c 1g
  2+2 3+1 6+1 2 17+1 9 6n 3 5 fn5 ki+f h+f r2 6b 46+4 1af+2 2+1 6+3 15+2 5 4m+1 10b 1j+e 1l+2 1e+3 3+1 1y+2 11+4 2+7
  1r d+1 1h+8 c+2 2r+2 3 2+1 4o 4+7 m+1 1n 4 12+6 4+4 8v+5 2 5+1 2+1 6n+3 7+1 2+1 s+1 2e+7 3 2+1 2z 2 3+5 2 2u+2 3+3
  2+4 gjp+4 1o+6 ux+3 f7v+1 43t+2 i+7 3+6 v+3 45+2 1j0+1i 5+1d 9 f n+4 2+e 2sh+6 gzl6+6n`;

const packedPunctuation = `
  x+e b+6 r+5 r+3 z 6 4 b+1 4 4 jj 9 cz+5 16+1 1g 2 3 3 19+1 l+1 2+1 e 3+1 23+3 2v 18+d 6i+2 1j+e w 7a+1 b ao lg 2j
  b+1 4p+e 2 12+3 20 23+4 5+1 34+5 4s h1+8 48 h9+1 19+1 27+2 20+1 4e+2 2+2 12+a 8q+1 61+1 3l+6 2+5 4t+6 4c+3 1o+4
  1r+1 1t+7 c n1+n 9+j 2+c 2+b v+1 f+1 hm+3 u+1 u6+d 28+1 w+9 b8+l 1s+3 x+1 l8+3 2+1 35 40+1a 2+i cf+2 5+9 3+b h d
  2r 2j mwz+1 7i+2 2s b 38+5 al+3 2f+1 15+2 2 1e+1 1c 2q+c h+1 3h+3 3j+1 h+1 6y g2b+1 5t+9 n+y 2+d 2 5 2+1 46+2 2+5
  2+3 b+1 4+1 r+2 2 s 2 2+6 bf+2 il 1d bj ko 5k w 7l+8 13 35+6 1v+6 2i+3 x7+6 32+1 2+3 3j+3 1d+1 28+4 4 e 2+2 2h+5
  30 f1 6z+m 2y+2 6x+2 2lu+4 dtm+1 3q 1u+4 9 g2j 5wo+4`;

/** [first, last] pairs, flattened. */
type Ranges = readonly number[];

const nonspacingMarks: Ranges = unpack(packedNonspacingMarks);
const punctuation: Ranges = unpack(packedPunctuation);

/** Control, format and private-use characters, U+0000 and U+FFFD; tab, line feed and carriage return count as space. */
const controls: Ranges = [
  [0x0, 0x8, 0xb, 0xc, 0xe, 0x1f, 0x7f, 0x9f, 0xad, 0xad, 0x600, 0x605, 0x61c, 0x61c, 0x6dd, 0x6dd, 0x70f, 0x70f],
  [0x180e, 0x180e, 0x200b, 0x200f, 0x202a, 0x202e, 0x2060, 0x2064, 0x2066, 0x206f, 0xe000, 0xf8ff, 0xfeff, 0xfeff],
  [0xfff9, 0xfffb, 0xfffd, 0xfffd, 0x110bd, 0x110bd, 0x1bca0, 0x1bca3, 0x1d173, 0x1d17a, 0xe0001, 0xe0001],
  [0xe0020, 0xe007f, 0xf0000, 0xffffd, 0x100000, 0x10fffd],
].flat();

/** Unicode's White_Space property. */
const spaces: Ranges = [
  [0x9, 0xd, 0x20, 0x20, 0x85, 0x85, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f],
  [0x205f, 0x205f, 0x3000, 0x3000],
].flat();

/** Ideographs that are separate words; the reference starts extension E at U+2B920, BERT's list at U+2B820. */
const ideographs: Ranges = [
  [0x3400, 0x4dbf, 0x4e00, 0x9fff, 0xf900, 0xfaff, 0x20000, 0x2a6df, 0x2a700, 0x2b73f, 0x2b740, 0x2b81f],
  [0x2b920, 0x2ceaf, 0x2f800, 0x2fa1f],
].flat();

/** Characters that got a decomposition in Unicode after the reference's tables: it leaves them whole. */
const laterDecompositions: Ranges = [
  [0x105c9, 0x105c9, 0x105e4, 0x105e4, 0x11383, 0x11383, 0x11385, 0x11385, 0x1138e, 0x1138e, 0x11391, 0x11391],
  [0x113c5, 0x113c5, 0x113c7, 0x113c8, 0x11938, 0x11938, 0x16121, 0x16128, 0x16d68, 0x16d6a],
].flat();

/** Removed by the cleaner. */
export function isControl(codePoint: number): boolean {
  return within(controls, codePoint);
}

/** Ends a word; the cleaner replaces it with a blank. */
export function isSpace(codePoint: number): boolean {
  return within(spaces, codePoint);
}

/** A separate word. Includes all of ASCII except letters, digits, blanks and controls, so also `$` and `^`. */
export function isPunctuation(codePoint: number): boolean {
  return within(punctuation, codePoint);
}

/** A separate word: Chinese and Japanese are written without blanks. */
export function isIdeograph(codePoint: number): boolean {
  return within(ideographs, codePoint);
}

/** An accent or another mark that is drawn on the previous letter. */
export function isNonspacingMark(codePoint: number): boolean {
  return within(nonspacingMarks, codePoint);
}

/** The canonical decomposition (NFD) of one code point. */
export function decomposed(character: string, codePoint: number): string {
  return within(laterDecompositions, codePoint) ? character : character.normalize('NFD');
}

function within(ranges: Ranges, codePoint: number): boolean {
  let low = 0;
  let high = ranges.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (codePoint > (ranges[2 * middle + 1] as number)) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length / 2 && codePoint >= (ranges[2 * low] as number);
}

function unpack(packed: string): number[] {
  const ranges: number[] = [];
  let position = 0;
  for (const entry of packed.trim().split(/\s+/)) {
    const [gap, extra] = entry.split('+') as [string, string?];
    const first = position + Number.parseInt(gap, 36);
    position = first + (extra === undefined ? 0 : Number.parseInt(extra, 36));
    ranges.push(first, position);
  }
  return ranges;
}
