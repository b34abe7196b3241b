import { type Level, levels, patchCount } from '@kaleido/layout';

/** What stands at a position of the sequence. */
export type Position =
  | { readonly kind: 'piece'; readonly piece: string; readonly index: number }
  | { readonly kind: 'patch'; readonly patch: number; readonly place: PatchPlace };

/** Where a patch lies; row and column count from 0. */
export interface PatchPlace {
  readonly level: Level;
  readonly row: number;
  readonly column: number;
}

/** A stretch of the sequence: the caption, or a level. */
export interface Segment {
  /** 0 for the caption, else k of the level. */
  readonly scale: number;
  readonly name: string;
  readonly start: number;
  readonly length: number;
}

/** The caption's pieces come first, then the 55 patches. @param patch 0..54 */
export function placeOfPatch(patch: number): PatchPlace | undefined {
  const level = levels.find(({ start, patches }) => patch >= start && patch < start + patches);
  if (level === undefined) return undefined;
  const index = patch - level.start;
  return { level, row: Math.floor(index / level.scale), column: index % level.scale };
}

/** @returns undefined for a position that the sequence does not have */
export function positionAt(pieces: readonly string[], index: number): Position | undefined {
  const piece = pieces[index];
  if (piece !== undefined) return { kind: 'piece', piece, index };
  const place = placeOfPatch(index - pieces.length);
  return place === undefined ? undefined : { kind: 'patch', patch: index - pieces.length, place };
}

/** Names a position for readers. */
export function nameOf(position: Position): string {
  return position.kind === 'piece' ? `“${position.piece}”` : nameOfPatch(position.place);
}

export function nameOfPatch({ level, row, column }: PatchPlace): string {
  if (level.scale === 1) return 'the whole box, 1 × 1';
  return `patch ${level.scale} × ${level.scale}, row ${row + 1}, column ${column + 1}`;
}

/** The stretches of a sequence with T pieces. */
export function segmentsOf(pieces: number): readonly Segment[] {
  const patches = levels.map(({ scale, start, patches: length }) => ({
    scale,
    name: `${scale} × ${scale}`,
    start: pieces + start,
    length,
  }));
  return [{ scale: 0, name: 'caption', start: 0, length: pieces }, ...patches];
}

/** S of a sequence with T pieces. */
export function sequenceLength(pieces: number): number {
  return pieces + patchCount;
}
