import { decomposed, isControl, isIdeograph, isNonspacingMark, isSpace } from './character-classes.ts';

/** How text is prepared before it is cut into pieces. The defaults are those of `bert-base-uncased`. */
export interface NormalizationOptions {
  /** Lower-case every code point separately (so a capital sigma never becomes a final one). Default true. */
  readonly lowercase?: boolean;
  /** Decompose and drop accents. Default: the value of `lowercase`, as in BERT. */
  readonly stripAccents?: boolean;
  /** Drop control characters and replace every kind of space with a blank. Default true. */
  readonly cleanText?: boolean;
  /** Make each Chinese or Japanese ideograph a separate word. Default true. */
  readonly isolateIdeographs?: boolean;
}

/** Text after normalisation, with the source code point of each character. */
export interface NormalizedText {
  /** One code point each. */
  readonly characters: readonly string[];
  /** Index of the source code point of each character, ascending. */
  readonly sources: readonly number[];
}

/**
 * Cleans, decomposes and lower-cases text in the order of the reference (`BertNormalizer`).
 * Unpaired surrogates count as U+FFFD, which the cleaner removes; a UTF-8 encoder also replaces them with U+FFFD.
 */
export function normalizeText(text: string, options: NormalizationOptions = {}): NormalizedText {
  const { lowercase = true, cleanText = true, isolateIdeographs = true } = options;
  const { stripAccents = lowercase } = options;
  const characters: string[] = [];
  const sources: number[] = [];
  let source = -1;
  for (const written of text) {
    source++;
    const writtenCodePoint = written.codePointAt(0) as number;
    const unpaired = writtenCodePoint >= 0xd800 && writtenCodePoint <= 0xdfff;
    const codePoint = unpaired ? 0xfffd : writtenCodePoint;
    let character = unpaired ? '\uFFFD' : written;
    const isSpacing = isSpace(codePoint);
    if (cleanText) {
      // U+0085 and the vertical tab are both space and control: the cleaner removes controls first.
      if (isControl(codePoint)) continue;
      if (isSpacing) character = ' ';
    }
    const isolated = isolateIdeographs && isIdeograph(codePoint);
    if (isolated) {
      characters.push(' ');
      sources.push(source);
    }
    for (const part of stripAccents ? decomposed(character, codePoint) : character) {
      if (stripAccents && isNonspacingMark(part.codePointAt(0) as number)) continue;
      for (const final of lowercase ? part.toLowerCase() : part) {
        characters.push(final);
        sources.push(source);
      }
    }
    if (isolated) {
      characters.push(' ');
      sources.push(source);
    }
  }
  return { characters, sources };
}
