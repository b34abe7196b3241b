import type { ShardRead } from './shard-files.ts';

/** A piece of a row, in bytes from the row's start, and its place in memory. */
export interface RowPiece {
  readonly start: number;
  readonly length: number;
  readonly to: number;
}

/** A row to read, and the memory for its pieces. */
export interface WantedRow {
  readonly shard: number;
  /** Index within the shard. */
  readonly row: number;
  readonly memory: Uint8Array;
}

/** Largest gap between two pieces read by one call. A call costs about as much as copying this many bytes. */
const largestGap = 16 * 1024;
/** Maximum bytes per read, so that several threads read a long span in parallel. */
const longestRead = 1024 * 1024;

/** Receives the bytes of gaps, which are unused. Reads may overwrite each other's. */
const nowhere = new Uint8Array(largestGap);

/** The pieces of a row that hold these ascending slots; adjacent slots form one piece. */
export function slotPieces(slots: readonly number[], vectorBytes: number): readonly RowPiece[] {
  const pieces: RowPiece[] = [];
  for (const [place, slot] of slots.entries()) {
    const start = slot * vectorBytes;
    const last = pieces.at(-1);
    if (last !== undefined && last.start + last.length === start)
      pieces[pieces.length - 1] = { ...last, length: last.length + vectorBytes };
    else pieces.push({ start, length: vectorBytes, to: place * vectorBytes });
  }
  return pieces;
}

/** Plans as few reads as possible for these rows: pieces that are close together in a shard are read at once. */
export function planReads(rows: readonly WantedRow[], pieces: readonly RowPiece[], rowBytes: number): ShardRead[] {
  const sorted = [...rows].sort((a, b) => a.shard - b.shard || a.row - b.row);
  const reads: (ShardRead & { readonly parts: Uint8Array[] })[] = [];
  let end = 0;
  for (const { shard, row, memory } of sorted) {
    for (const { start, length, to } of pieces) {
      const position = row * rowBytes + start;
      const part = memory.subarray(to, to + length);
      const last = reads.at(-1);
      const gap = position - end;
      if (last?.shard === shard && gap <= largestGap && position + length - last.position <= longestRead) {
        if (gap > 0) last.parts.push(nowhere.subarray(0, gap));
        last.parts.push(part);
      } else reads.push({ shard, position, parts: [part] });
      end = position + length;
    }
  }
  return reads;
}
