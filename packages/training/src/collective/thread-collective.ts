import { KaleidoError } from '@kaleido/foundation';
import type { Collective, Part } from './collective.ts';

/** Memory that the threads of a run share; it can be sent to a worker unchanged. */
export interface ThreadCollectiveMemory {
  readonly size: number;
  /** Micro-batches per step. */
  readonly parts: number;
  /** Numbers of a part that fit in one round; longer parts take several. */
  readonly capacity: number;
  /** Two alternating buffers, [parts, capacity] each: the fastest rank may be one round ahead of the slowest. */
  readonly buffers: readonly [SharedArrayBuffer, SharedArrayBuffer];
  /** Int32 [2, parts]: length of each part of a round. */
  readonly lengths: SharedArrayBuffer;
  /** Int32: how many ranks have arrived, and the length of the reason if one has aborted. */
  readonly state: SharedArrayBuffer;
  /** The reason, as UTF-8. */
  readonly reason: SharedArrayBuffer;
}

const [arrivals, aborted] = [0, 1];
/** Most bytes of a reason; a longer one is cut. */
const reasonBytes = 4096;
/** Milliseconds between two checks for an abort while a rank waits. */
const checkEvery = 1000;

/**
 * Memory for threads that communicate.
 * @param capacity numbers of a part per round: as many as the gradients of a micro-batch
 */
export function threadCollectiveMemory(size: number, parts: number, capacity: number): ThreadCollectiveMemory {
  const bytes = parts * capacity * Float32Array.BYTES_PER_ELEMENT;
  return {
    size,
    parts,
    capacity,
    buffers: [new SharedArrayBuffer(bytes), new SharedArrayBuffer(bytes)],
    lengths: new SharedArrayBuffer(2 * parts * Int32Array.BYTES_PER_ELEMENT),
    state: new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
    reason: new SharedArrayBuffer(reasonBytes),
  };
}

/** The collective of one of several threads. A waiting thread blocks: each rank needs its own thread. */
export function threadCollective(memory: ThreadCollectiveMemory, rank: number): Collective {
  const { size, parts: partCount, capacity } = memory;
  const buffers = memory.buffers.map((buffer) => new Float32Array(buffer)) as [Float32Array, Float32Array];
  const allLengths = new Int32Array(memory.lengths);
  const state = new Int32Array(memory.state);
  /** Of several rounds; reused between calls, for allocating memory would take longer than summing. */
  let joined = new Float32Array(0);
  let round = 0;

  /** Writes this rank's parts of a round, waits for the others, and returns the lengths of the parts. */
  const exchange = (parts: readonly Part[], start: number): Int32Array => {
    const buffer = buffers[(round % 2) as 0 | 1];
    const lengths = allLengths.subarray((round % 2) * partCount, ((round % 2) + 1) * partCount);
    for (const { number, values } of parts) {
      lengths[number] = lengthOf(values);
      copyPieces(values, start, buffer.subarray(number * capacity, (number + 1) * capacity));
    }
    meet(state, size, memory);
    round++;
    return lengths;
  };
  /** The buffer that the last exchange filled. */
  const filled = (): Float32Array => buffers[((round - 1) % 2) as 0 | 1];

  return {
    rank,
    size,
    async allReduce(parts) {
      for (let start = 0, length = Number.POSITIVE_INFINITY; start < length; start += capacity) {
        const lengths = exchange(parts, start);
        length = lengths[0] as number;
        if (lengths.some((other) => other !== length)) throw new RangeError('the parts of allReduce differ in length');
        const count = Math.min(capacity, length - start);
        // Every rank adds its share of the numbers, where the first part stands.
        addParts(filled(), capacity, Math.floor((rank * count) / size), Math.floor(((rank + 1) * count) / size));
        meet(state, size, memory);
        const sum = filled().subarray(0, count);
        if (count === length) return sum;
        if (joined.length !== length) joined = new Float32Array(length);
        joined.set(sum, start);
      }
      return joined;
    },
    async allGather(parts) {
      let gathered: Float32Array[] = [];
      for (let start = 0, longest = Number.POSITIVE_INFINITY; start < longest; start += capacity) {
        const lengths = exchange(parts, start);
        longest = Math.max(...lengths);
        if (start === 0) gathered = Array.from(lengths, (length) => new Float32Array(length));
        const buffer = filled();
        for (const [part, values] of gathered.entries()) {
          const count = Math.min(capacity, values.length - start);
          if (count > 0) values.set(buffer.subarray(part * capacity, part * capacity + count), start);
        }
      }
      return gathered;
    },
    async broadcast(values, root) {
      const received = new Float32Array(values.length);
      for (let start = 0; start < values.length; start += capacity) {
        exchange(rank === root ? [{ number: 0, values: [values] }] : [], start);
        const count = Math.min(capacity, values.length - start);
        received.set(filled().subarray(0, count), start);
      }
      return received;
    },
    abort: (reason) => abortThreadCollective(memory, reason),
  };
}

/** Adds all parts to the first, from one place to another. @param parts [parts, capacity] */
function addParts(parts: Float32Array, capacity: number, from: number, to: number): void {
  for (let offset = capacity; offset < parts.length; offset += capacity)
    for (let i = from; i < to; i++) parts[i] = (parts[i] as number) + (parts[offset + i] as number);
}

function lengthOf(pieces: readonly Float32Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** Fills the target with the concatenated pieces, from `start` on. */
function copyPieces(pieces: readonly Float32Array[], start: number, target: Float32Array): void {
  let at = -start;
  for (const piece of pieces) {
    const from = Math.max(0, -at);
    const to = Math.min(piece.length, target.length - at);
    if (from < to) target.set(piece.subarray(from, to), at + from);
    at += piece.length;
  }
}

/** Makes all waiting ranks fail, from any thread. */
export function abortThreadCollective(memory: ThreadCollectiveMemory, reason: string): void {
  const state = new Int32Array(memory.state);
  const bytes = new TextEncoder().encode(reason).subarray(0, reasonBytes);
  new Uint8Array(memory.reason).set(bytes);
  Atomics.store(state, aborted, Math.max(1, bytes.length));
  Atomics.notify(state, arrivals);
}

/** Barrier: waits until every rank has called it as often as this one. */
function meet(state: Int32Array, size: number, { reason }: ThreadCollectiveMemory): void {
  const turn = Atomics.add(state, arrivals, 1);
  const goal = (Math.floor(turn / size) + 1) * size;
  for (let count = turn + 1; count - goal < 0; count = Atomics.load(state, arrivals)) {
    const length = Atomics.load(state, aborted);
    if (length !== 0)
      throw new KaleidoError({
        source: 'training',
        problem: new TextDecoder().decode(new Uint8Array(reason).slice(0, length)),
      });
    Atomics.wait(state, arrivals, count, checkEvery);
  }
  Atomics.notify(state, arrivals);
}
