import type { RandomStream } from '@kaleido/foundation';
import { type Alignment, type CaptionWord, type LevelName, levelByName, slotRange, wordOf } from '@kaleido/layout';

/** The levels whose patches are hidden: one is camouflaged, two are greyed, three are blanked (paper 3.4). */
export type HiddenLevel = Extract<LevelName, 'camouflage' | 'grey' | 'blank'>;

export const hiddenLevels: readonly HiddenLevel[] = ['camouflage', 'grey', 'blank'];

/** How much of a product is hidden. */
export interface HiddenQuotas {
  /** Pieces of the caption: words are masked until there are as many. */
  readonly pieces: number;
  /** Most pieces: a word that exceeds it is left whole. */
  readonly mostPieces: number;
  /** Patches by level. */
  readonly patches: Readonly<Record<HiddenLevel, number>>;
}

/** Words and patches to hide, and those whose counterpart is hidden, which must stay visible if possible. */
export interface GuidedDraw {
  readonly words: ReadonlySet<CaptionWord>;
  readonly sparedWords: ReadonlySet<CaptionWord>;
  /** Indices among the 55 patches. */
  readonly patches: ReadonlySet<number>;
  readonly sparedPatches: ReadonlySet<number>;
}

/**
 * One side of a pair when its turn comes: it can be hidden, it is hidden already, it must stay visible because a
 * counterpart is hidden, or there is no room left for it. A word is too long if it exceeds the most pieces.
 */
export type PairSide = 'free' | 'hidden' | 'spared' | 'full' | 'too long';

/** What was decided about one pair. */
export interface GuidedStep {
  readonly word: CaptionWord;
  /** Index among the 55 patches. */
  readonly patch: number;
  readonly weight: number;
  readonly level: HiddenLevel;
  readonly wordSide: PairSide;
  readonly patchSide: PairSide;
  /** If both sides were free, a coin decided. Undefined: nothing was hidden. */
  readonly hides: 'word' | 'patch' | undefined;
}

/**
 * Alignment guided masking (paper 3.4): of each pair of a word and a patch, a coin decides which is hidden, so that the
 * other must supply it. If one side has no room left, the other is taken. Pairs come in random order, confident ones
 * rather first (a pair of twice the weight is twice as likely to be the next), so that each epoch hides others.
 *
 * @param words of the caption
 * @param onStep hears of each pair in its turn; it changes no draw
 */
export function drawGuided(
  alignments: readonly Alignment[],
  words: readonly CaptionWord[],
  quotas: HiddenQuotas,
  random: RandomStream,
  onStep?: (step: GuidedStep) => void,
): GuidedDraw {
  const pairs = inWeightedOrder(alignments, random).flatMap(({ token, patch, weight }) => {
    const [word, level] = [wordOf(words, token), hiddenLevelOf(patch)];
    return word === undefined || level === undefined ? [] : [{ word, patch, weight, level }];
  });
  const hiddenWords = new Set<CaptionWord>();
  const sparedWords = new Set<CaptionWord>();
  const patches = new Set<number>();
  const sparedPatches = new Set<number>();
  const left = { ...quotas.patches };
  let pieces = 0;
  const sideOf = (word: CaptionWord): PairSide => {
    if (hiddenWords.has(word)) return 'hidden';
    if (sparedWords.has(word)) return 'spared';
    if (pieces >= quotas.pieces) return 'full';
    return pieces + word.end - word.start > quotas.mostPieces ? 'too long' : 'free';
  };
  for (const pair of pairs) {
    const { word, patch, level } = pair;
    const wordSide = sideOf(word);
    const patchSide: PairSide = patches.has(patch)
      ? 'hidden'
      : sparedPatches.has(patch)
        ? 'spared'
        : left[level] > 0
          ? 'free'
          : 'full';
    let hides: GuidedStep['hides'];
    if (wordSide !== 'hidden' && patchSide !== 'hidden') {
      if (wordSide === 'free' && (patchSide !== 'free' || random.chance(0.5))) hides = 'word';
      else if (patchSide === 'free') hides = 'patch';
    }
    if (hides === 'word') {
      hiddenWords.add(word);
      pieces += word.end - word.start;
      // All patches of the word must supply it, not only the one of this pair.
      for (const other of pairs) if (other.word === word) sparedPatches.add(other.patch);
    } else if (hides === 'patch') {
      patches.add(patch);
      left[level]--;
      for (const other of pairs) if (other.patch === patch) sparedWords.add(other.word);
    }
    onStep?.({ ...pair, wordSide, patchSide, hides });
  }
  return { words: hiddenWords, sparedWords, patches, sparedPatches };
}

/**
 * The patches to hide of one level, within the level and ascending: the guided ones, filled up at random, with spared
 * ones last.
 */
export function fillPatches(
  { patches, sparedPatches }: Pick<GuidedDraw, 'patches' | 'sparedPatches'>,
  level: HiddenLevel,
  count: number,
  random: RandomStream,
): number[] {
  const { start, patches: all } = levelByName[level];
  const inOrder = random.shuffle(slotRange(start, all));
  const rank = (patch: number): number => (patches.has(patch) ? 0 : sparedPatches.has(patch) ? 2 : 1);
  return inOrder
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, count)
    .map((patch) => patch - start)
    .sort((a, b) => a - b);
}

/** Level 3, 4 or 5 of a patch; undefined for the others, of which nothing is hidden. */
function hiddenLevelOf(patch: number): HiddenLevel | undefined {
  return hiddenLevels.find((name) => {
    const { start, patches } = levelByName[name];
    return patch >= start && patch < start + patches;
  });
}

/** A random order in which each next pair is drawn in proportion to its weight (Efraimidis and Spirakis, 2006). */
function inWeightedOrder(alignments: readonly Alignment[], random: RandomStream): Alignment[] {
  return alignments
    .map((pair) => ({ pair, key: Math.log(1 - random.uniform()) / pair.weight }))
    .sort((a, b) => b.key - a.key)
    .map(({ pair }) => pair);
}
