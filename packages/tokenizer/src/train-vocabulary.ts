import { KaleidoError } from '@kaleido/foundation';
import { longestWord } from './cut-word.ts';
import { type NormalizationOptions, normalizeText } from './normalize-text.ts';
import { splitWords } from './split-words.ts';
import { continuingPrefix, specialTokens } from './vocabulary.ts';

export interface TrainingOptions extends NormalizationOptions {
  /** The number of pieces, including the five special ones. The result is smaller if the captions have no more. */
  readonly size: number;
  /** Rarer pieces are not formed. Default 2, as in the reference: one occurrence does not justify an embedding. */
  readonly minimumFrequency?: number;
  /** Number of most frequent characters kept; words with others become [UNK]. Default 1,000, as in the reference. */
  readonly alphabetLimit?: number;
}

/** A word during training: its pieces are merged step by step. */
interface TrainedWord {
  readonly pieces: number[];
  readonly count: number;
}

/** Two neighbouring pieces, their count, and the words that contain them. */
interface PiecePair {
  readonly left: number;
  readonly right: number;
  count: number;
  readonly words: Set<number>;
}

/**
 * Trains a WordPiece vocabulary like the reference's trainer: it starts with single characters, then repeatedly merges
 * the most frequent pair of neighbours. For equal counts, the pair with smaller ids (older pieces) is first, so the
 * same captions in any order give the same vocabulary.
 * @returns [PAD] [UNK] [CLS] [SEP] [MASK], the characters, the continuing characters, then the merged pieces as formed
 * @throws KaleidoError if the captions contain no text, or `size` has no room for their characters
 */
export function trainWordPieceVocabulary(captions: Iterable<string>, options: TrainingOptions): string[] {
  const { size, minimumFrequency = 2, alphabetLimit = 1000 } = options;
  for (const [name, value] of Object.entries({ size, minimumFrequency, alphabetLimit }))
    if (!Number.isInteger(value) || value < 1)
      throw new KaleidoError({
        source: 'tokenizer',
        problem: `${name} must be a whole number from 1 up`,
        found: value,
        advice: 'the quickstart trains 3,000 pieces',
      });
  const wordCounts = countWords(captions, options);
  if (wordCounts.size === 0)
    throw new KaleidoError({
      source: 'tokenizer',
      problem: 'the captions hold no word to train a vocabulary on',
      advice: 'check that the captions were read',
    });

  const alphabet = commonCharacters(wordCounts, alphabetLimit);
  const splitCounts = [...wordCounts]
    .map(([word, count]) => ({ characters: [...word].filter((character) => alphabet.has(character)), count }))
    .filter(({ characters }) => characters.length > 0);
  const continuing = new Set(splitCounts.flatMap(({ characters }) => characters.slice(1)));
  const pieces: string[] = [
    ...specialTokens,
    ...[...alphabet].sort(byCodePoint),
    ...[...continuing].sort(byCodePoint).map((character) => continuingPrefix + character),
  ];
  if (pieces.length > size)
    throw new KaleidoError({
      source: 'tokenizer',
      problem: `a vocabulary of ${size} pieces has no room for the ${pieces.length} special pieces and characters`,
      found: size,
      advice: 'raise size or lower alphabetLimit',
    });
  const idOfPiece = new Map(pieces.map((piece, id) => [piece, id]));

  const words: TrainedWord[] = splitCounts.map(({ characters, count }) => ({
    count,
    pieces: characters.map(
      (character, index) => idOfPiece.get(index === 0 ? character : continuingPrefix + character) as number,
    ),
  }));
  const pairs = new PairCounts();
  for (const [index, word] of words.entries())
    for (let i = 1; i < word.pieces.length; i++)
      pairs.add(word.pieces[i - 1] as number, word.pieces[i] as number, index, word.count);
  pairs.settle();

  while (pieces.length < size) {
    const best = pairs.takeMostFrequent();
    if (best === undefined || best.count < minimumFrequency) break;
    const merged = (pieces[best.left] as string) + (pieces[best.right] as string).slice(continuingPrefix.length);
    // Two paths may lead to one piece ("ab" + "c", "a" + "bc"); it keeps its first id.
    const known = idOfPiece.get(merged);
    const mergedId = known ?? pieces.length;
    if (known === undefined) {
      idOfPiece.set(merged, mergedId);
      pieces.push(merged);
    }
    for (const index of best.words) mergeInWord(words[index] as TrainedWord, index, best, mergedId, pairs);
    pairs.settle();
  }
  return pieces;
}

/** Merges every occurrence of the pair in a word, from the left, and updates the counts of its neighbours. */
function mergeInWord(word: TrainedWord, index: number, pair: PiecePair, mergedId: number, pairs: PairCounts): void {
  const { pieces, count } = word;
  for (let i = 0; i + 1 < pieces.length; i++) {
    if (pieces[i] !== pair.left || pieces[i + 1] !== pair.right) continue;
    const before = pieces[i - 1];
    const after = pieces[i + 2];
    if (before !== undefined) {
      pairs.add(before, pair.left, index, -count);
      pairs.add(before, mergedId, index, count);
    }
    if (after !== undefined) {
      // In "aaa" the second occurrence overlaps the first and vanishes with it: the pair itself is no longer counted.
      if (pair.right !== pair.left || after !== pair.right) pairs.add(pair.right, after, index, -count);
      pairs.add(mergedId, after, index, count);
    }
    pieces.splice(i, 2, mergedId);
  }
}

/**
 * Counts of neighbouring pieces and a heap of them. A heap entry has the count from when it was added; if it is
 * outdated when it is popped, it is added again with the current count.
 */
class PairCounts {
  readonly #pairs = new Map<number, PiecePair>();
  readonly #grown = new Set<PiecePair>();
  readonly #heap: { readonly pair: PiecePair; readonly count: number }[] = [];

  add(left: number, right: number, word: number, count: number): void {
    const key = left * 0x200000 + right;
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      pair = { left, right, count: 0, words: new Set() };
      this.#pairs.set(key, pair);
    }
    pair.count += count;
    if (count > 0) {
      pair.words.add(word);
      this.#grown.add(pair);
    }
  }

  /** Adds the pairs whose count has grown to the heap; call it after each round of `add`. */
  settle(): void {
    for (const pair of this.#grown) if (pair.count > 0) this.#push({ pair, count: pair.count });
    this.#grown.clear();
  }

  takeMostFrequent(): PiecePair | undefined {
    for (let top = this.#pop(); top !== undefined; top = this.#pop()) {
      const { pair, count } = top;
      if (pair.count === count) {
        this.#pairs.delete(pair.left * 0x200000 + pair.right);
        return pair;
      }
      if (pair.count > 0 && pair.count < count) this.#push({ pair, count: pair.count });
    }
    return undefined;
  }

  #push(entry: { readonly pair: PiecePair; readonly count: number }): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!comesBefore(entry, heap[parent] as typeof entry)) break;
      heap[index] = heap[parent] as typeof entry;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): { readonly pair: PiecePair; readonly count: number } | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && comesBefore(heap[child + 1] as typeof last, heap[child] as typeof last)) child++;
      if (!comesBefore(heap[child] as typeof last, last)) break;
      heap[index] = heap[child] as typeof last;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

function comesBefore(
  a: { readonly pair: PiecePair; readonly count: number },
  b: { readonly pair: PiecePair; readonly count: number },
): boolean {
  if (a.count !== b.count) return a.count > b.count;
  if (a.pair.left !== b.pair.left) return a.pair.left < b.pair.left;
  return a.pair.right < b.pair.right;
}

function countWords(captions: Iterable<string>, options: NormalizationOptions): Map<string, number> {
  const counts = new Map<string, number>();
  for (const caption of captions)
    for (const { characters } of splitWords(normalizeText(caption, options))) {
      // The encoder makes longer words [UNK] regardless of the vocabulary.
      if (characters.length > longestWord) continue;
      const word = characters.join('');
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  return counts;
}

function commonCharacters(wordCounts: ReadonlyMap<string, number>, limit: number): Set<string> {
  const counts = new Map<string, number>();
  for (const [word, count] of wordCounts)
    for (const character of word) counts.set(character, (counts.get(character) ?? 0) + count);
  const ordered = [...counts].sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || byCodePoint(a, b));
  return new Set(ordered.slice(0, limit).map(([character]) => character));
}

function byCodePoint(a: string, b: string): number {
  return (a.codePointAt(0) as number) - (b.codePointAt(0) as number);
}
