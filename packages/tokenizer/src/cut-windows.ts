/** Half-open range of pieces. */
export type PieceWindow = readonly [begin: number, end: number];

/** Which end is cut off; the first window is at the other end. */
export type CutSide = 'right' | 'left';

/**
 * Covers `count` pieces with windows of at most `size`; neighbours share `stride` pieces. The first window is the one
 * that truncation keeps; the others follow in order. If `size` is 0, the first is empty and the second has all pieces.
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

/** Which text of a pair is cut if both do not fit. */
export type PairStrategy = 'longestFirst' | 'onlyFirst' | 'onlySecond';

/**
 * How many pieces of each text of a pair are kept within `room`. `longestFirst` follows the reference, which does not
 * alternate: the shorter text is kept whole if it fits, and each gets half if both are long.
 * @returns null if the strategy cannot make room: the text that may be cut is too short
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
