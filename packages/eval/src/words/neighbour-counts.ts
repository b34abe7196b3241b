/** What a baseline makes of one masked piece. */
export interface Guess {
  /** The most likely piece. */
  readonly piece: number;
  /** Probability of the true piece. */
  readonly probability: number;
}

/**
 * Occurrences of the next coarser guess that are added to every context: a context that was seen once weighs as much as
 * the coarser guess.
 */
const added = 1;

/** Counts of one context. */
interface Counts {
  total: number;
  readonly of: Map<number, number>;
}

/**
 * Counts of which piece stood between which two in the captions of a training split: the baseline of masked words
 * (docs/words.md). A guess backs off from both neighbours to the mean of either one, and from there to the commonest
 * pieces. It is given the true neighbours, even where the model sees [MASK], so that it is not too weak.
 */
export class NeighbourCounts {
  /** [N, 4] left piece, piece, right piece, count; ordered, so that the same captions give the same bytes. */
  readonly triples: Int32Array;
  /** V */
  readonly vocabularySize: number;
  readonly #between = new Map<number, Counts>();
  readonly #after = new Map<number, Counts>();
  readonly #before = new Map<number, Counts>();
  readonly #all: Counts = { total: 0, of: new Map() };
  readonly #commonest: number;

  /** @param triples as `triples` */
  constructor(triples: Int32Array, vocabularySize: number) {
    this.triples = triples;
    this.vocabularySize = vocabularySize;
    for (let at = 0; at < triples.length; at += 4) {
      const [left = 0, piece = 0, right = 0, count = 0] = triples.subarray(at, at + 4);
      add(countsOf(this.#between, this.#pair(left, right)), piece, count);
      add(countsOf(this.#after, left), piece, count);
      add(countsOf(this.#before, right), piece, count);
      add(this.#all, piece, count);
    }
    this.#commonest = mostCommon(this.#all.of);
  }

  /**
   * Counts captions.
   * @param captions the pieces of each, with the special ones at both ends
   */
  static of(captions: Iterable<Int32Array>, vocabularySize: number): NeighbourCounts {
    // Pieces need 21 bits at most, so three do not fit a double: two levels.
    const counted = new Map<number, Map<number, number>>();
    for (const ids of captions)
      for (let at = 1; at < ids.length - 1; at++) {
        const context = (ids[at - 1] as number) * vocabularySize + (ids[at + 1] as number);
        const pieces = counted.get(context) ?? new Map<number, number>();
        counted.set(context, pieces);
        const piece = ids[at] as number;
        pieces.set(piece, (pieces.get(piece) ?? 0) + 1);
      }
    const ordered = [...counted].sort(([a], [b]) => a - b);
    const rows = ordered.reduce((sum, [, pieces]) => sum + pieces.size, 0);
    const triples = new Int32Array(rows * 4);
    let row = 0;
    for (const [context, pieces] of ordered)
      for (const [piece, count] of [...pieces].sort(([a], [b]) => a - b))
        triples.set([Math.floor(context / vocabularySize), piece, context % vocabularySize, count], 4 * row++);
    return new NeighbourCounts(triples, vocabularySize);
  }

  /** The commonest piece, and the share of a piece among all (one occurrence of each is added). */
  guessCommonest(truth: number): Guess {
    return { piece: this.#commonest, probability: this.#share(truth) };
  }

  /** A guess from the two pieces beside the masked one. */
  guess(left: number, right: number, truth: number): Guess {
    const between = this.#between.get(this.#pair(left, right));
    const sides = [this.#after.get(left), this.#before.get(right)];
    const ofSides = (piece: number): number =>
      sides.reduce((sum, side) => sum + smoothed(side, piece, this.#share(piece)), 0) / sides.length;
    const probability = (piece: number): number => smoothed(between, piece, ofSides(piece));
    const candidates = new Set([this.#commonest]);
    for (const counts of [between, ...sides]) for (const piece of counts?.of.keys() ?? []) candidates.add(piece);
    let best = this.#commonest;
    let highest = -1;
    // The lower piece wins a tie, whatever the order of the candidates.
    for (const piece of candidates) {
      const p = probability(piece);
      if (p > highest || (p === highest && piece < best)) [best, highest] = [piece, p];
    }
    return { piece: best, probability: probability(truth) };
  }

  #share(piece: number): number {
    return ((this.#all.of.get(piece) ?? 0) + 1) / (this.#all.total + this.vocabularySize);
  }

  #pair(left: number, right: number): number {
    return left * this.vocabularySize + right;
  }
}

function countsOf(contexts: Map<number, Counts>, context: number): Counts {
  const known = contexts.get(context);
  if (known !== undefined) return known;
  const counts: Counts = { total: 0, of: new Map() };
  contexts.set(context, counts);
  return counts;
}

function add(counts: Counts, piece: number, count: number): void {
  counts.total += count;
  counts.of.set(piece, (counts.of.get(piece) ?? 0) + count);
}

function smoothed(counts: Counts | undefined, piece: number, coarser: number): number {
  if (counts === undefined) return coarser;
  return ((counts.of.get(piece) ?? 0) + added * coarser) / (counts.total + added);
}

function mostCommon(counts: ReadonlyMap<number, number>): number {
  let best = 0;
  let highest = 0;
  for (const [piece, count] of counts)
    if (count > highest || (count === highest && piece < best)) [best, highest] = [piece, count];
  return best;
}
