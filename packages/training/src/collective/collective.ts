/** Values of one micro-batch to send to the other ranks. */
export interface Part {
  /** Index of the micro-batch in its step, from 0. */
  readonly number: number;
  /**
   * Arrays that count as concatenated: no copy is needed. They may be views of memory that changes later: they are read
   * before the call returns its promise.
   */
  readonly values: readonly Float32Array[];
}

/**
 * Communication between the ranks of a run. Every rank makes the same calls in the same order. Nothing here assumes
 * shared memory: threads are one implementation, processes on several machines could be another.
 *
 * Results are summed and ordered by the numbers of the parts, never by rank: they are bit-identical for any assignment
 * of parts to ranks.
 *
 * @throws KaleidoError from every call, if a rank has called `abort`
 */
export interface Collective {
  /** This rank, from 0. */
  readonly rank: number;
  readonly size: number;
  /** The sum of all parts, on every rank; valid until the next call. All parts have the same length. */
  allReduce(parts: readonly Part[]): Promise<Float32Array>;
  /** The values of all parts, in the order of their numbers, on every rank. Parts may differ in length. */
  allGather(parts: readonly Part[]): Promise<readonly Float32Array[]>;
  /** The values of rank `root`, on every rank. All ranks give arrays of the same length. */
  broadcast(values: Float32Array, root: number): Promise<Float32Array>;
  /** This rank stops: the calls of the others fail with the reason. */
  abort(reason: string): void;
}

/** Which micro-batches of a step a rank computes. */
export function ownMicroBatches(microBatches: number, { rank, size }: Pick<Collective, 'rank' | 'size'>): number[] {
  return Array.from({ length: microBatches }, (_, number) => number).filter((number) => number % size === rank);
}

/** A part's arrays concatenated; a single array is returned itself. */
export function joinedValues({ values }: Part): Float32Array {
  if (values.length === 1) return values[0] as Float32Array;
  const joined = new Float32Array(values.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of values) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}
