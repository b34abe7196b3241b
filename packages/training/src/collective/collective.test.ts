import { describe, expect, it } from '@jest/globals';
import { openModuleWorkers } from '@kaleido/foundation/node';
import fc from 'fast-check';
import { singleCollective } from './single-collective.ts';
import { abortThreadCollective, threadCollective, threadCollectiveMemory } from './thread-collective.ts';

/** Calls of one rank, in `test/collective-service.mjs`. */
type RankService = {
  open(rank: number): void;
  allReduce(parts: readonly { number: number; values: readonly Float32Array[] }[]): Promise<Float32Array>;
  allGather(parts: readonly { number: number; values: readonly Float32Array[] }[]): Promise<Float32Array[]>;
  broadcast(given: { values: Float32Array; root: number }): Promise<Float32Array>;
};

const module = new URL('../../test/collective-service.mjs', import.meta.url);
const parts = [0, 1, 2].map((number) => ({
  number,
  values: [
    Float32Array.from({ length: 5 }, (_, i) => 0.1 * number + i / 3),
    Float32Array.of(1e8 * (number - 1), number),
  ],
}));
const joined = parts.map(({ values }) => values.flatMap((piece) => [...piece]));

describe('singleCollective', () => {
  it('adds in the order of the parts, and gathers', async () => {
    const collective = singleCollective();
    const sum = await collective.allReduce([parts[2]!, parts[0]!, parts[1]!]);
    const expected = joined[0]!.map((value, i) =>
      Math.fround(Math.fround(Math.fround(value) + Math.fround(joined[1]![i]!)) + Math.fround(joined[2]![i]!)),
    );
    expect([...sum]).toEqual(expected);
    expect((await collective.allGather([parts[1]!, parts[0]!])).map((values) => [...values])).toEqual(
      joined.slice(0, 2),
    );
    expect([...(await collective.broadcast(Float32Array.of(1, 2), 0))]).toEqual([1, 2]);
  });

  it('fails with the reason after an abort', async () => {
    const collective = singleCollective();
    collective.abort('the disk is full');
    await expect(collective.allReduce(parts)).rejects.toThrow('@kaleido/training: the disk is full');
  });
});

describe('threadCollective', () => {
  it.each([
    [2, 100],
    [3, 100],
    [2, 7],
    [2, 3],
    [3, 1],
  ])('gives %d ranks the bits of one, in rounds of %d numbers', async (size, capacity) => {
    const memory = threadCollectiveMemory(size, parts.length, capacity);
    const workers = openModuleWorkers<RankService>({ module, count: size, data: memory });
    try {
      await Promise.all(Array.from({ length: size }, (_, rank) => workers.call(rank, 'open', rank)));
      const own = (rank: number) => parts.filter(({ number }) => number % size === rank);
      const onAll = <Value>(call: (rank: number) => Promise<Value>): Promise<Value[]> =>
        Promise.all(Array.from({ length: size }, (_, rank) => call(rank)));
      const expected = await singleCollective().allReduce(parts);
      for (let round = 0; round < 3; round++)
        for (const sum of await onAll((rank) => workers.call(rank, 'allReduce', own(rank))))
          expect(sum).toEqual(expected);
      const uneven = parts.map(({ number, values }) => ({ number, values: values.slice(0, 1 + (number % 2)) }));
      const gathered = await onAll((rank) =>
        workers.call(
          rank,
          'allGather',
          uneven.filter(({ number }) => number % size === rank),
        ),
      );
      for (const all of gathered) expect(all).toEqual(await singleCollective().allGather(uneven));
      const sent = await onAll((rank) =>
        workers.call(rank, 'broadcast', { values: Float32Array.from([rank, 2, 3, 4]), root: size - 1 }),
      );
      for (const values of sent) expect([...values]).toEqual([size - 1, 2, 3, 4]);
    } finally {
      await workers.close();
    }
  });

  it('makes the waiting ranks fail with the reason', async () => {
    const memory = threadCollectiveMemory(2, 2, 10);
    abortThreadCollective(memory, 'rank 1: no batch for step 12');
    await expect(threadCollective(memory, 0).allReduce([{ number: 0, values: [Float32Array.of(1)] }])).rejects.toThrow(
      '@kaleido/training: rank 1: no batch for step 12',
    );
  });

  it('splits pieces into rounds exactly', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.float({ noNaN: true }), { maxLength: 9 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 12 }),
        async (pieces, capacity) => {
          const values = pieces.map((piece) => Float32Array.from(piece));
          const alone = threadCollective(threadCollectiveMemory(1, 1, capacity), 0);
          const [gathered] = await alone.allGather([{ number: 0, values }]);
          expect([...(gathered ?? [])]).toEqual(values.flatMap((piece) => [...piece]));
        },
      ),
    );
  });
});
