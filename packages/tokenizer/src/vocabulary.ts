import { KaleidoError, withoutByteOrderMark } from '@kaleido/foundation';

/** The five special pieces, in the order of a trained vocabulary. */
export const specialTokens: readonly ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
];

/** Marks a piece that continues a word. */
export const continuingPrefix = '##';

/** Ids of the special pieces. */
export interface SpecialTokenIds {
  readonly padding: number;
  readonly unknown: number;
  /** [CLS], the first id of every caption. */
  readonly classification: number;
  /** [SEP], the last id of every caption. */
  readonly separator: number;
  readonly mask: number;
}

export interface Vocabulary {
  /** The pieces; a piece's index is its id. */
  readonly pieces: readonly string[];
  readonly idOfPiece: ReadonlyMap<string, number>;
  readonly special: SpecialTokenIds;
  /** Length in UTF-16 units of the longest piece, including its prefix. */
  readonly longestPiece: number;
}

/**
 * Reads a vocabulary: pieces in order of their ids, or the text of a `vocab.txt` with one piece per line.
 * @throws KaleidoError if a piece is empty or duplicate, or a special piece is missing
 */
export function readVocabulary(source: readonly string[] | string): Vocabulary {
  const pieces = typeof source === 'string' ? piecesOfText(source) : [...source];
  const idOfPiece = new Map<string, number>();
  let longestPiece = 0;
  for (const [id, piece] of pieces.entries()) {
    if (piece === '')
      throw refuse(`the vocabulary's piece of id ${id} (line ${id + 1} of a vocab.txt) is empty`, piece);
    const earlier = idOfPiece.get(piece);
    if (earlier !== undefined) throw refuse(`the vocabulary holds a piece twice, as ids ${earlier} and ${id}`, piece);
    idOfPiece.set(piece, id);
    longestPiece = Math.max(longestPiece, piece.length);
  }
  const special = (piece: string): number => {
    const id = idOfPiece.get(piece);
    if (id === undefined) throw refuse(`the vocabulary of ${pieces.length} pieces lacks ${piece}`);
    return id;
  };
  return {
    pieces,
    idOfPiece,
    longestPiece,
    special: {
      padding: special('[PAD]'),
      unknown: special('[UNK]'),
      classification: special('[CLS]'),
      separator: special('[SEP]'),
      mask: special('[MASK]'),
    },
  };
}

/** The text of a `vocab.txt`: one piece per line, a line feed after each. */
export function vocabularyText(pieces: readonly string[]): string {
  return pieces.map((piece) => `${piece}\n`).join('');
}

/** Only line feeds separate lines: BERT's own vocabulary contains pieces that other readers take as line ends. */
function piecesOfText(text: string): string[] {
  const lines = withoutByteOrderMark(text).split('\n');
  if (lines.at(-1) === '') lines.pop();
  const fromWindows = lines.length > 0 && lines.every((line) => line.endsWith('\r'));
  return fromWindows ? lines.map((line) => line.slice(0, -1)) : lines;
}

function refuse(problem: string, found?: string): KaleidoError {
  return new KaleidoError({
    source: 'tokenizer',
    problem,
    ...(found === undefined ? {} : { found }),
    advice: 'use a WordPiece vocabulary with [PAD], [UNK], [CLS], [SEP] and [MASK], or train one',
  });
}
