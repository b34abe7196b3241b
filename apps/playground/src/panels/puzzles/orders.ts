import { jigsawPermutations } from '@kaleido/pretrain-tasks';

/**
 * The four quarters as they are shown: place i shows quarter `shown(order)[i]`. Quarters count from the top left, row by
 * row.
 * @param order 0..23
 */
export function shown(order: number): readonly number[] {
  return jigsawPermutations[order] ?? [0, 1, 2, 3];
}

/**
 * Where the shown pieces go if the order was this one: place p of the answer takes the piece that is shown at place
 * `arrangedBy(order)[p]`.
 */
export function arrangedBy(order: number): number[] {
  return shown(order)
    .map((quarter, place) => [quarter, place] as const)
    .sort(([a], [b]) => a - b)
    .map(([, place]) => place);
}

/** The order that an arrangement claims; the reverse of `arrangedBy`. */
export function orderOf(arrangement: readonly number[]): number {
  const claimed = arrangement.map((_, place) => arrangement.indexOf(place));
  return jigsawPermutations.findIndex((order) => order.every((quarter, place) => quarter === claimed[place]));
}

/** The arrangement with two places swapped. */
export function swapped(arrangement: readonly number[], a: number, b: number): number[] {
  return arrangement.map((piece, place) => (arrangement[place === a ? b : place === b ? a : place] ?? piece) as number);
}
