import { randomStream } from './random-stream.ts';

/** Which rows a step trains on. */
export interface EpochOrder {
  /** The rows of a step, counted from 0: each epoch goes over all rows once, in an order of its own. */
  rowsOf(step: number): number[];
}

/** @param names what the order is for; two orders of one seed with different names have nothing in common */
export function epochOrder(rows: number, batchSize: number, seed: number, ...names: readonly string[]): EpochOrder {
  // The last two epochs: around a boundary, threads that share the order are in one or the other.
  let kept: readonly { readonly epoch: number; readonly order: readonly number[] }[] = [];
  const orderOf = (epoch: number): readonly number[] => {
    const known = kept.find((one) => one.epoch === epoch);
    if (known !== undefined) return known.order;
    const all = Array.from({ length: rows }, (_, row) => row);
    const order = randomStream(seed, ...names, 'epoch', epoch).shuffle(all);
    kept = [{ epoch, order }, ...kept.slice(0, 1)];
    return order;
  };
  const rowAt = (position: number): number => orderOf(Math.floor(position / rows))[position % rows] as number;
  return { rowsOf: (step) => Array.from({ length: batchSize }, (_, index) => rowAt(step * batchSize + index)) };
}
