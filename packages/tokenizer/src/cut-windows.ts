/** Half-open range of pieces. */
export type PieceWindow = readonly [begin: number, end: number];

/** Which end is cut off, and so on which side the first window lies. */
export type CutSide = 'right' | 'left';

/**
 * Covers `count` pieces with windows of at most `size`, neighbours sharing `stride` pieces. The first window is the one
 * that a plain truncation keeps; the others follow outwards. With no room at all the first is empty, the second whole.
 */
export function cutWindows(count: number, size: number, side: CutSide, stride: number): PieceWindow[] {
  if (size >= count) return [[0, count]];
  if (size === 0)
    return [
      [0, 0],
      [0, count],
    ];
  const windows: PieceWindow[] = [];
  for (let begin = 0; ; begin += size - stride) {
    const end = Math.min(begin + size, count);
    windows.push([begin, end]);
    if (end === count) break;
  }
  return side === 'right' ? windows : windows.map(([begin, end]) => [count - end, count - begin]);
}

/** Which text of a pair gives way where both do not fit. */
export type PairStrategy = 'longestFirst' | 'onlyFirst' | 'onlySecond';

/**
 * How many pieces of each text of a pair are kept within `room`. `longestFirst` follows the reference, which does not
 * take turns: the shorter text is kept whole where it fits, and each gets half where both are long.
 * @returns null where the strategy cannot make room: the text that may give way is too short
 */
export function sharePair(
  first: number,
  second: number,
  room: number,
  strategy: PairStrategy,
): readonly [first: number, second: number] | null {
  if (first + second <= room) return [first, second];
  if (strategy === 'onlyFirst') return second < room ? [room - second, second] : null;
  if (strategy === 'onlySecond') return first < room ? [first, room - first] : null;
  const shorter = Math.min(first, second);
  let keptShorter = shorter;
  let keptLonger = shorter > room ? shorter : Math.max(shorter, room - shorter);
  if (keptShorter + keptLonger > room) {
    keptShorter = Math.floor(room / 2);
    keptLonger = keptShorter + (room % 2);
  }
  return first > second ? [keptLonger, keptShorter] : [keptShorter, keptLonger];
}
