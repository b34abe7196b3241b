import { KaleidoError } from '@kaleido/foundation';
import { asciiCutter } from './ascii-cutter.ts';
import { type CutSide, cutWindows, type PairStrategy, sharePair } from './cut-windows.ts';
import { cutWord } from './cut-word.ts';
import { decodePieces } from './decode-pieces.ts';
import type { EncodedCaption, EncodedPair } from './encoded-caption.ts';
import { type NormalizationOptions, normalizeText } from './normalize-text.ts';
import type { Piece } from './piece.ts';
import { splitWords } from './split-words.ts';
import { readVocabulary, type SpecialTokenIds, specialTokens, type Vocabulary, vocabularyText } from './vocabulary.ts';

export interface TokenizerOptions extends NormalizationOptions {
  /**
   * How to read a literal "[SEP]" in a text. `plain` (the default): as ordinary text, since captions come from users.
   * `special`: as the special piece, like the reference.
   */
  readonly specialTokensInText?: 'plain' | 'special';
}

export interface EncodeOptions {
  /** The most pieces, including [CLS] and [SEP]; at least 2. Default: nothing is cut off. */
  readonly maximumLength?: number;
  /** Pad with [PAD] to `maximumLength`. Default false. */
  readonly pad?: boolean;
  /** The end that is cut off. Default right. */
  readonly cutSide?: CutSide;
}

export interface WindowOptions extends EncodeOptions {
  readonly maximumLength: number;
  /** Pieces that neighbouring windows share; less than `maximumLength` - 2. Default 0. */
  readonly stride?: number;
}

export interface PairOptions extends EncodeOptions {
  /** Which text is cut. Default `longestFirst`, as in the reference. */
  readonly strategy?: PairStrategy;
}

export interface DecodeOptions {
  /** Leave out [CLS], [SEP], [PAD], [MASK] and [UNK]. Default true: the result is for readers. */
  readonly skipSpecialTokens?: boolean;
}

/** WordPiece as in `bert-base-uncased`: ids, pieces and offsets are equal to the reference. */
export interface Tokenizer {
  readonly vocabularySize: number;
  /** The pieces; a piece's index is its id. */
  readonly vocabulary: readonly string[];
  /** Ids of [PAD], [UNK], [CLS], [SEP] and [MASK]. */
  readonly specialTokenIds: SpecialTokenIds;
  /** How text is normalised, with all defaults filled in. */
  readonly normalization: Required<NormalizationOptions>;
  /** One text; an empty one is [CLS] [SEP]. */
  encode(text: string, options?: EncodeOptions): EncodedCaption;
  /** A text of any length in windows of `maximumLength`; the first is the result of `encode`. */
  encodeWindows(text: string, options: WindowOptions): EncodedCaption[];
  /** Two texts in one sequence. */
  encodePair(first: string, second: string, options?: PairOptions): EncodedPair;
  /** Converts ids back to readable text. @throws KaleidoError for an id outside the vocabulary */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;
  /** The vocabulary as the text of a `vocab.txt`. */
  toVocabularyText(): string;
}

/** The offset of pieces that are not in the text. */
const nowhere: readonly [number, number] = [0, 0];

/**
 * Makes a tokenizer.
 * @param vocabulary pieces in order of their ids, or the text of a `vocab.txt`
 * @throws KaleidoError if a piece is empty or duplicate, or a special piece is missing
 */
export function createTokenizer(vocabulary: readonly string[] | string, options: TokenizerOptions = {}): Tokenizer {
  const known = readVocabulary(vocabulary);
  const { specialTokensInText = 'plain', lowercase = true, cleanText = true, isolateIdeographs = true } = options;
  const { stripAccents = lowercase } = options;
  const normalization = { lowercase, stripAccents, cleanText, isolateIdeographs };

  const cutText = textCutter(known, normalization);
  const piecesOf = (text: string): Piece[] => {
    if (specialTokensInText === 'plain') return cutText(text, 0);
    const pieces: Piece[] = [];
    let position = 0; // in code points
    for (const part of text.split(specialTokenPattern)) {
      const length = countCodePoints(part);
      if (isSpecialToken(part)) {
        const id = known.idOfPiece.get(part) as number;
        pieces.push({ id, beginsWord: false, offset: [position, position + length] });
      } else {
        for (const piece of cutText(part, position)) pieces.push(piece);
      }
      position += length;
    }
    return pieces;
  };

  const { classification, separator, padding } = known.special;
  const special = (id: number): Piece => ({ id, beginsWord: false, offset: nowhere });
  const [first, last] = [special(classification), special(separator)];

  /** Typed arrays of a sequence, padded to `length`. */
  const assemble = (pieces: readonly Piece[], length: number): EncodedCaption => {
    const count = pieces.length;
    const ids = new Int32Array(length);
    const mask = new Float32Array(length);
    const wordStarts = new Uint8Array(length);
    const tokens: string[] = [];
    const offsets: (readonly [number, number])[] = [];
    // A loop by index is faster: this runs for every piece of every caption.
    for (let index = 0; index < count; index++) {
      const { id, beginsWord, offset } = pieces[index] as Piece;
      ids[index] = id;
      mask[index] = 1;
      if (beginsWord) wordStarts[index] = 1;
      tokens.push(known.pieces[id] as string);
      offsets.push(offset);
    }
    if (count < length) ids.fill(padding, count);
    for (let index = count; index < length; index++) {
      tokens.push(known.pieces[padding] as string);
      offsets.push(nowhere);
    }
    return { ids, mask, wordStarts, tokens, offsets };
  };

  const windowsOf = (text: string, encodeOptions: EncodeOptions, stride: number, most?: number): EncodedCaption[] => {
    const { maximumLength, pad = false, cutSide = 'right' } = encodeOptions;
    checkLength(maximumLength, pad, 2);
    const pieces = piecesOf(text);
    const room = maximumLength === undefined ? pieces.length : maximumLength - 2;
    if (!Number.isInteger(stride) || stride < 0 || (stride > 0 && stride >= room))
      throw refuse(`stride must be a whole number from 0 to below the ${room} pieces of a window`, stride);
    return cutWindows(pieces.length, room, cutSide, stride)
      .slice(0, most)
      .map(([begin, end]) => {
        const sequence = [first];
        for (let index = begin; index < end; index++) sequence.push(pieces[index] as Piece);
        sequence.push(last);
        return assemble(sequence, pad ? (maximumLength as number) : sequence.length);
      });
  };

  return {
    vocabularySize: known.pieces.length,
    vocabulary: known.pieces,
    specialTokenIds: known.special,
    normalization,

    encode: (text, encodeOptions = {}) => windowsOf(text, encodeOptions, 0, 1)[0] as EncodedCaption,

    encodeWindows: (text, windowOptions) => windowsOf(text, windowOptions, windowOptions.stride ?? 0),

    encodePair(one, other, pairOptions = {}) {
      const { maximumLength, pad = false, cutSide = 'right', strategy = 'longestFirst' } = pairOptions;
      checkLength(maximumLength, pad, 3);
      const texts = [piecesOf(one), piecesOf(other)] as const;
      const room = maximumLength === undefined ? Number.POSITIVE_INFINITY : maximumLength - 3;
      const share = sharePair(texts[0].length, texts[1].length, room, strategy);
      if (share === null)
        throw refuse(
          `strategy "${strategy}" cannot fit texts of ${texts[0].length} and ${texts[1].length} pieces into ${room}`,
          maximumLength,
          'raise maximumLength or use "longestFirst"',
        );
      const [left, right] = texts.map((pieces, index) => {
        const [begin, end] = cutWindows(pieces.length, share[index] as number, cutSide, 0)[0] as [number, number];
        return pieces.slice(begin, end);
      }) as [Piece[], Piece[]];
      const sequence = [first, ...left, last, ...right, last];
      const encoded = assemble(sequence, pad ? (maximumLength as number) : sequence.length);
      const typeIds = new Int32Array(encoded.ids.length).fill(1, left.length + 2, sequence.length);
      const origin: (0 | 1 | null)[] = new Array(encoded.ids.length).fill(null);
      origin.fill(0, 1, left.length + 1).fill(1, left.length + 2, left.length + 2 + right.length);
      return { ...encoded, typeIds, sequence: origin };
    },

    decode(ids, { skipSpecialTokens = true } = {}) {
      const pieces: string[] = [];
      for (const id of Array.from(ids)) {
        const piece = known.pieces[id];
        if (piece === undefined)
          throw refuse(
            `ids must lie in a vocabulary of ${known.pieces.length} pieces`,
            id,
            'decode with the vocabulary that encoded',
          );
        if (!(skipSpecialTokens && isSpecialToken(piece))) pieces.push(piece);
      }
      return decodePieces(pieces);
    },

    toVocabularyText: () => vocabularyText(known.pieces),
  };
}

/** Splits a text around the special pieces and keeps them. */
const specialTokenPattern = new RegExp(`(${specialTokens.map((token) => token.replace(/[[\]]/g, '\\$&')).join('|')})`);

function isSpecialToken(piece: string): boolean {
  return (specialTokens as readonly string[]).includes(piece);
}

/** Cuts text into pieces; plain words are cached. */
function textCutter(
  vocabulary: Vocabulary,
  options: Required<NormalizationOptions>,
): (text: string, firstCodePoint: number) => Piece[] {
  const cutAscii = asciiCutter(vocabulary, options.lowercase);
  return (text, firstCodePoint) => {
    const plain = cutAscii(text);
    if (plain !== undefined) {
      if (firstCodePoint === 0) return plain;
      return plain.map(({ id, beginsWord, offset: [begin, end] }) => ({
        id,
        beginsWord,
        offset: [firstCodePoint + begin, firstCodePoint + end],
      }));
    }
    const pieces: Piece[] = [];
    for (const { characters, sources } of splitWords(normalizeText(text, options)))
      for (const { id, begin, end } of cutWord(characters, vocabulary))
        pieces.push({
          id,
          beginsWord: begin === 0,
          offset: [firstCodePoint + (sources[begin] as number), firstCodePoint + (sources[end - 1] as number) + 1],
        });
    return pieces;
  };
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function checkLength(maximumLength: number | undefined, pad: boolean, least: number): void {
  if (maximumLength === undefined) {
    if (pad) throw refuse('pad needs a maximumLength to fill up to', 'none', 'give maximumLength');
  } else if (!Number.isInteger(maximumLength) || maximumLength < least) {
    throw refuse(`maximumLength must be a whole number from ${least} up, the special pieces included`, maximumLength);
  }
}

function refuse(problem: string, found: unknown, advice?: string): KaleidoError {
  return new KaleidoError({ source: 'tokenizer', problem, found, ...(advice === undefined ? {} : { advice }) });
}
