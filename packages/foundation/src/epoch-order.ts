import { randomStream } from './random-stream.ts';

/** Which rows a step trains on. */
export interface EpochOrder {
  /** The rows of a step, counted from 0: each epoch goes over all rows once, in an order of its own. */
  rowsOf(step: number): number[];
}

/** @param names what the order is for; two orders of one seed with different names have nothing in common */
export function epochOrder(rows: number, batchSize: number, seed: number, ...names: readonly string[]): EpochOrder {
  let epoch = -1;
  let order: readonly number[] = [];
  const rowAt = (position: number): number => {
    const wanted = Math.floor(position / rows);
    if (wanted !== epoch) {
      epoch = wanted;
      const all = Array.from({ length: rows }, (_, row) => row);
      order = randomStream(seed, ...names, 'epoch', epoch).shuffle(all);
    }
    return order[position % rows] as number;
  };
  return { rowsOf: (step) => Array.from({ length: batchSize }, (_, index) => rowAt(step * batchSize + index)) };
}
