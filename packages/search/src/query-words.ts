import { KaleidoError } from '@kaleido/foundation';
import type { SearchModel } from './search-model.ts';

/** A query's text as the model can read it. */
export interface QueryWords {
  /** Without the words that it cannot read; undefined if none is left. */
  readonly text: string | undefined;
  /** Sentences on words that are unknown or cut off. */
  readonly notes: readonly string[];
}

/** The pieces of one word. */
interface Word {
  readonly begin: number;
  readonly end: number;
  readonly pieces: readonly string[];
}

const unknownPiece = '[UNK]';

/**
 * Looks at each word of a query: a word of which the model knows no piece is left out, and one that it only knows in
 * pieces is named.
 * @throws KaleidoError for a text without words
 */
export function readQueryWords(text: string, { tokenizer, model }: SearchModel): QueryWords {
  const points = [...text];
  const words = wordsOf(tokenizer.encode(text));
  if (words.length === 0)
    throw new KaleidoError({
      source: 'search',
      problem: 'the query has no words',
      found: text,
      advice: 'say what to look for, e.g. "red striped dress"',
    });
  const shown = ({ begin, end }: Word): string => `"${points.slice(begin, end).join('')}"`;
  const unknown = words.filter(({ pieces }) => pieces.includes(unknownPiece));
  const spelled = words.filter((word) => word.pieces.length > 1 && !unknown.includes(word));
  const notes: string[] = [];
  if (unknown.length > 0)
    notes.push(
      `the model cannot read ${unknown.map(shown).join(', ')}: ${unknown.length === words.length ? 'no word is left' : 'left out'}`,
    );
  for (const word of spelled)
    notes.push(
      `${shown(word)} is no word of the model's vocabulary: it reads ${word.pieces.join(' ')}, and may not know what it means`,
    );
  if (unknown.length === words.length) return { text: undefined, notes };
  const left = [...points];
  for (const { begin, end } of unknown) left.fill(' ', begin, end);
  const known = left.join('');
  const longest = model.config.text_seq_len;
  const kept = wordsOf(tokenizer.encode(known, { maximumLength: longest })).at(-1);
  const last = words.filter((word) => !unknown.includes(word)).at(-1);
  if (kept !== undefined && last !== undefined && kept.end < last.end)
    notes.push(`the query is longer than the ${longest} pieces that the model reads: cut off after ${shown(kept)}`);
  return { text: known, notes };
}

function wordsOf({ tokens, wordStarts, offsets }: ReturnType<SearchModel['tokenizer']['encode']>): Word[] {
  const words: { begin: number; end: number; pieces: string[] }[] = [];
  // The first and last pieces are [CLS] and [SEP].
  for (let i = 1; i < tokens.length - 1; i++) {
    const [begin, end] = offsets[i] as readonly [number, number];
    const piece = tokens[i] as string;
    const current = words.at(-1);
    if (wordStarts[i] === 1 || current === undefined) words.push({ begin, end, pieces: [piece] });
    else {
      current.end = end;
      current.pieces.push(piece);
    }
  }
  return words;
}
