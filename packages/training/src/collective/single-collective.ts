import { KaleidoError } from '@kaleido/foundation';
import { type Collective, joinedValues, type Part } from './collective.ts';

/** The collective of a single rank. */
export function singleCollective(): Collective {
  let aborted: string | undefined;
  const check = (): void => {
    if (aborted !== undefined) throw new KaleidoError({ source: 'training', problem: aborted });
  };
  const inOrder = (parts: readonly Part[]): Part[] => [...parts].sort((a, b) => a.number - b.number);
  return {
    rank: 0,
    size: 1,
    async allReduce(parts) {
      check();
      const [first, ...others] = inOrder(parts);
      if (first === undefined) throw new RangeError('allReduce needs at least one part');
      const sum = joinedValues(first).slice();
      for (const other of others) {
        const values = joinedValues(other);
        for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (values[i] as number);
      }
      return sum;
    },
    async allGather(parts) {
      check();
      return inOrder(parts).map((part) => joinedValues(part).slice());
    },
    async broadcast(values) {
      check();
      return values;
    },
    abort(reason) {
      aborted = reason;
    },
  };
}
