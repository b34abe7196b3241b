import { randomStream } from '@kaleido/foundation';
import type { Box } from '@kaleido/kaleido-patches';
import { levelByName } from '@kaleido/layout';
import type { PaintedKind, PuzzleKind } from './puzzle-kinds.ts';

/** All draws of a puzzle. The same seed and photograph give the same puzzle. */
const streamOf = (kind: PuzzleKind, seed: number, id: string) => randomStream(seed, 'puzzle', kind, id);

/** Quarter turns clockwise, 0..3. */
export function drawTurns(seed: number, id: string): number {
  return streamOf('turn', seed, id).integer(4);
}

/** A number among the 24 orders. */
export function drawOrder(seed: number, id: string): number {
  return streamOf('shuffle', seed, id).integer(24);
}

/** The product that a patch is taken from. @param others all products but this one */
export function drawOther<Item>(seed: number, id: string, others: readonly Item[]): Item | undefined {
  return others.length === 0 ? undefined : streamOf('camouflage', seed, id).child('other').pick(others);
}

/**
 * The patch that is swapped, 0..8.
 * @param own and `other`: how much of each of the nine patches shows the object; two empty patches could not be told apart
 */
export function drawSwapped(seed: number, id: string, own: readonly number[], other: readonly number[]): number {
  const shares = own.map((share, patch) => Math.max(share, other[patch] ?? 0));
  const order = streamOf('camouflage', seed, id)
    .child('patch')
    .shuffle([...shares.keys()]);
  return firstFilled(order, shares, 1)[0] ?? 0;
}

/**
 * The patches that are greyed or blanked, ascending.
 * @param shares how much of each patch shows the object; nothing is learned from an empty one
 */
export function drawHidden(kind: PaintedKind, seed: number, id: string, shares: readonly number[]): number[] {
  const order = streamOf(kind, seed, id).shuffle([...shares.keys()]);
  return firstFilled(order, shares, hiddenPatches[kind]).sort((a, b) => a - b);
}

/** How many patches are hidden, as in pre-training. */
export const hiddenPatches: Readonly<Record<PaintedKind, number>> = { grey: 2, blank: 3 };

/** The product of the next puzzle. @param others all products but the current one */
export function drawNext<Item>(seed: number, others: readonly Item[]): Item | undefined {
  return others.length === 0 ? undefined : randomStream(seed, 'next product').pick(others);
}

/** A patch shows the object if half of it does. */
const leastShare = 0.5;

/** The first patches in this order that show the object; if there are too few, those that show most of it. */
function firstFilled(order: readonly number[], shares: readonly number[], count: number): number[] {
  const share = (patch: number): number => Math.min(leastShare, shares[patch] ?? 0);
  // The sort is stable: patches that are filled keep their order.
  return [...order].sort((a, b) => share(b) - share(a)).slice(0, count);
}

/**
 * How much of each patch of a level shows the object, 0..1; 1 where nothing is cut out.
 * @param mask [height * width], 1 on the object
 * @param patches the 55 patches
 */
export function objectShares(
  level: keyof typeof levelByName,
  { width, mask, patches }: { readonly width: number; readonly mask?: Uint8Array; readonly patches: readonly Box[] },
): number[] {
  const { start, patches: count } = levelByName[level];
  return patches.slice(start, start + count).map(({ x0, y0, x1, y1 }) => {
    if (mask === undefined) return 1;
    let covered = 0;
    for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) covered += mask[y * width + x] ?? 0;
    return covered / ((x1 - x0) * (y1 - y0));
  });
}
