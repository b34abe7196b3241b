import { describe, it } from '@jest/globals';
import { checkOperation, normal, variants } from '../../test/check-operation.ts';
import { ops } from '../index.ts';

describe('sliceRows', () => {
  it.each(variants)('gives the same positions of every sequence and their gradient on %s', async (variant) => {
    const [batch, length, width, start, count] = [3, 7, 5, 2, 4];
    await checkOperation({
      variant,
      inputs: { x: normal('x', [batch, length, width]) },
      run: ({ x }) => ops.sliceRows(x, start, count),
      reference: ({ x }) =>
        Array.from({ length: batch * count * width }, (_, i) => {
          const row = Math.floor(i / width);
          const position = start + (row % count);
          return x[(Math.floor(row / count) * length + position) * width + (i % width)]!;
        }),
    });
  });
});
