import { type Alignment, levels } from '@kaleido/layout';

/** In any unit that patches and boxes share. */
export interface Rectangle {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Words of a caption that mention a part of the product, and where the part is. */
export interface PartMention {
  /** Indices among the caption's ids. */
  readonly tokens: readonly number[];
  /** One or more: sleeves, shoes. */
  readonly boxes: readonly Rectangle[];
}

export interface AlignedProduct {
  /** [55] */
  readonly patches: readonly Rectangle[];
  readonly pairs: readonly Alignment[];
  readonly mentions: readonly PartMention[];
}

/** Shares of the mentions whose best patch is right, in per cent. */
export interface AlignmentFigures {
  readonly mentions: number;
  /** Share of the mentions that have a pair. */
  readonly aligned: number;
  /** The best patch of a level is right, in per cent of all mentions: one without a pair counts as wrong. */
  readonly level3: number;
  readonly level4: number;
  readonly level5: number;
  /** The same in per cent of the mentions that have a pair of the level. */
  readonly ofAligned: LevelShares;
  /** A random patch of level 5 is right. */
  readonly random: number;
  readonly randomByLevel: LevelShares;
  /** Some patch is right: no aligner can do better. */
  readonly possible: LevelShares;
}

export interface LevelShares {
  readonly level3: number;
  readonly level4: number;
  readonly level5: number;
}

interface Tally {
  right: number;
  withPair: number;
  random: number;
  possible: number;
}

/** Levels whose patches are small enough to show a part. */
const measured = levels.filter(({ scale }) => scale >= 3);

/**
 * How often the best patch of a mention shows the part that it mentions: half of the patch lies in one of the part's
 * boxes, or half of such a box lies in the patch. The best patch of a level is the one with the highest weight of all
 * pairs of the mention's tokens; the lower index wins a tie.
 */
export function alignmentFigures(products: Iterable<AlignedProduct>): AlignmentFigures {
  const tallies = measured.map((): Tally => ({ right: 0, withPair: 0, random: 0, possible: 0 }));
  let mentions = 0;
  let aligned = 0;
  for (const { patches, pairs, mentions: own } of products)
    for (const { tokens, boxes } of own) {
      mentions++;
      const those = pairs.filter(({ token }) => tokens.includes(token));
      if (those.length > 0) aligned++;
      for (const [at, level] of measured.entries()) {
        const tally = tallies[at] as Tally;
        const right = patches
          .slice(level.start, level.start + level.patches)
          .map((patch) => boxes.some((box) => showsPart(patch, box)));
        const count = right.filter((is) => is).length;
        tally.random += count / right.length;
        if (count > 0) tally.possible++;
        const best = bestOf(those, level.start, level.start + level.patches);
        if (best === undefined) continue;
        tally.withPair++;
        if (right[best - level.start] === true) tally.right++;
      }
    }
  const shares = (of: (tally: Tally) => number): LevelShares => {
    const [level3, level4, level5] = tallies.map((tally) => 100 * of(tally)) as [number, number, number];
    return { level3, level4, level5 };
  };
  const randomByLevel = shares(({ random }) => ratio(random, mentions));
  return {
    mentions,
    aligned: 100 * ratio(aligned, mentions),
    ...shares(({ right }) => ratio(right, mentions)),
    ofAligned: shares(({ right, withPair }) => ratio(right, withPair)),
    random: randomByLevel.level5,
    randomByLevel,
    possible: shares(({ possible }) => ratio(possible, mentions)),
  };
}

/** 0 of nothing. */
function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Half of the patch lies in the box, or half of the box in the patch. */
export function showsPart(patch: Rectangle, box: Rectangle): boolean {
  const width = Math.min(patch.x1, box.x1) - Math.max(patch.x0, box.x0);
  const height = Math.min(patch.y1, box.y1) - Math.max(patch.y0, box.y0);
  if (width <= 0 || height <= 0) return false;
  return 2 * width * height >= Math.min(areaOf(patch), areaOf(box));
}

function areaOf({ x0, y0, x1, y1 }: Rectangle): number {
  return (x1 - x0) * (y1 - y0);
}

function bestOf(pairs: readonly Alignment[], from: number, to: number): number | undefined {
  let best: Alignment | undefined;
  for (const pair of pairs) {
    if (pair.patch < from || pair.patch >= to) continue;
    if (best === undefined || pair.weight > best.weight || (pair.weight === best.weight && pair.patch < best.patch))
      best = pair;
  }
  return best?.patch;
}
