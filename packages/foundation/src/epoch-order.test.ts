import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochOrder } from './index.ts';

const sizes = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 25 }), fc.integer());
const positions = (rows: number, batchSize: number, seed: number, epochs: number): number[] => {
  const order = epochOrder(rows, batchSize, seed);
  const steps = Math.ceil((rows * epochs) / batchSize);
  return Array.from({ length: steps }, (_, step) => order.rowsOf(step)).flat();
};

describe('epochOrder', () => {
  it('visits every row once per epoch, across batch boundaries', () => {
    fc.assert(
      fc.property(sizes, ([rows, batchSize, seed]) => {
        const all = positions(rows, batchSize, seed, 3);
        for (let epoch = 0; epoch < 3; epoch++) {
          const visited = all.slice(epoch * rows, (epoch + 1) * rows);
          expect([...visited].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row));
        }
      }),
    );
  });

  it('gives a step the same rows every time', () => {
    fc.assert(
      fc.property(sizes, fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 10 }), ([rows, size, seed], asked) => {
        const order = epochOrder(rows, size, seed);
        for (const step of asked) expect(order.rowsOf(step)).toEqual(epochOrder(rows, size, seed).rowsOf(step));
      }),
    );
  });

  it('has an order of its own for each epoch, seed and name', () => {
    const order = epochOrder(50, 50, 1, 'pairs');
    expect(order.rowsOf(1)).not.toEqual(order.rowsOf(0));
    expect(epochOrder(50, 50, 2, 'pairs').rowsOf(0)).not.toEqual(order.rowsOf(0));
    expect(epochOrder(50, 50, 1, 'groups').rowsOf(0)).not.toEqual(order.rowsOf(0));
  });
});
