// Loaded by the threads of module-workers.test.ts; it imports the built package, like users' modules.
import { KaleidoError } from '../dist/index.js';

export async function open({ start, shared }, owner) {
  if (start === undefined) throw new KaleidoError({ source: 'test', problem: 'there is no start', advice: 'give one' });
  if (start < 0) throw new Error('a start below zero');
  let sum = start;
  return {
    add: async (number) => {
      // Later calls must wait for earlier ones, however long they take.
      await new Promise((resolve) => setTimeout(resolve, number === 1 ? 30 : 0));
      sum += number;
      return sum;
    },
    echo: (value) => value,
    share: (number) => void Atomics.add(new Int32Array(shared), 0, number),
    refuse: (found) => {
      throw new KaleidoError({ source: 'test', problem: 'the number is odd', found, advice: 'take an even one' });
    },
    refusePlainly: () => {
      throw new KaleidoError({ source: 'test', problem: 'no' });
    },
    refuseUncopyable: () => {
      throw new KaleidoError({ source: 'test', problem: 'no', found: () => 7 });
    },
    fail: () => {
      throw new TypeError('a fault');
    },
    ask: ({ method, argument }) => owner.call(method, argument),
    leave: () => process.exit(7),
    wait: () => new Promise(() => undefined),
  };
}
