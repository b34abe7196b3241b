import { describe, it } from '@jest/globals';
import { checkOperation, normal, variants } from '../../test/check-operation.ts';
import { ops } from '../index.ts';

describe.each(variants)('sliceRows on %s', (variant) => {
  it.each([
    [3, 7, 5, 2, 4],
    [1, 1, 1, 0, 1],
    [2, 3, 36, 0, 3],
    [1, 119, 3, 118, 1],
    [3, 4, 768, 1, 2],
    [2, 4, 5, 2, 0],
    [0, 4, 5, 2, 1],
  ])('slices [%i, %i, %i] from position %i on, %i positions, and gives their gradient', async (...form) => {
    const [batch, length, width, start, count] = form;
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
