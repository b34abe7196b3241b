import { describe, expect, it } from '@jest/globals';
import { checkOperation, integers, normal, open, variants } from '../../test/check-operation.ts';
import { ops, tf } from '../index.ts';

describe.each(variants)('embedding on %s', (variant) => {
  it.each([
    [1, 1, [1]],
    [5, 3, [2, 9]],
    [7, 18, [119]],
    [1, 36, [5]],
    [3, 768, [2, 3]],
    [119, 3, [65]],
    [4, 1, [1]],
    [4, 5, [0]],
  ])('takes rows of [%i, %i] by ids %j, repeated ones too', async (rows, width, shape) => {
    const ids = integers('ids', shape, rows);
    await checkOperation({
      variant,
      inputs: { table: normal('table', [rows, width]) },
      run: ({ table }) => {
        const taken = ops.embedding(table, ids.tensor());
        expect(taken.shape).toEqual([...shape, width]);
        return taken;
      },
      reference: ({ table }) => ids.values.flatMap((id) => [...table.subarray(id * width, (id + 1) * width)]),
    });
  });

  it('sums the gradients of a row that every id selects', async () => {
    await checkOperation({
      variant,
      inputs: { table: normal('table', [5, 7]) },
      run: ({ table }) => ops.embedding(table, tf.fill([3, 43], 3, 'int32')),
      reference: ({ table }) => Array.from({ length: 3 * 43 }, () => [...table.subarray(21, 28)]).flat(),
    });
  });
});

describe.each(variants)('gatherRows on %s', (variant) => {
  it.each([
    [1, 1, 1, 1],
    [3, 7, 5, 2],
    [2, 119, 6, 4],
    [2, 1, 36, 3],
    [1, 5, 768, 1],
    [3, 4, 5, 0],
    [0, 4, 5, 2],
  ])('takes from [%i, %i, %i] %i positions', async (batch, length, width, count) => {
    const positions = integers('positions', [batch, count], length);
    await checkOperation({
      variant,
      inputs: { x: normal('x', [batch, length, width]) },
      run: ({ x }) => ops.gatherRows(x, positions.tensor()),
      reference: ({ x }) =>
        positions.values.flatMap((position, i) => {
          const row = Math.floor(i / count) * length + position;
          return [...x.subarray(row * width, (row + 1) * width)];
        }),
    });
  });
});

describe('ids on wasm', () => {
  it.each([-1, 4])('must be in the table, unlike %i', async (id) => {
    await open('wasm');
    expect(() => tf.tidy(() => ops.embedding(tf.zeros([4, 2]), tf.tensor([id], [1], 'int32')))).toThrow(
      `@kaleido/backend: an id is outside [0, 4), found ${id}; check how it was computed`,
    );
  });
});
