import { beforeAll, describe, expect, it } from '@jest/globals';
import { expectClose, normal } from '../../test/check-operation.ts';
import {
  countWork,
  createVariable,
  memory,
  readAll,
  selectBackend,
  type Tensor,
  tf,
  valueAndGradients,
} from '../index.ts';

/** Values that tell their position in the tensor. */
const numbered = (shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): Tensor =>
  tf.reshape(
    tf.range(
      0,
      shape.reduce((product, length) => product * length, 1),
      1,
      dtype,
    ),
    [...shape],
  );

/** The same, element by element. */
function reference(shape: readonly number[], begin: readonly number[], size: readonly number[]): number[] {
  const strides = shape.map((_, dimension) =>
    shape.slice(dimension + 1).reduce((product, length) => product * length, 1),
  );
  let offsets = [0];
  for (const [dimension, stride] of strides.entries())
    offsets = offsets.flatMap((offset) =>
      Array.from({ length: size[dimension]! }, (_, i) => offset + (begin[dimension]! + i) * stride),
    );
  return offsets;
}

describe('slices on wasm', () => {
  beforeAll(async () => {
    await selectBackend({ prefer: 'wasm' });
  });

  it.each([
    [[5], [2], [3]],
    [[1], [0], [1]],
    [
      [4, 3],
      [1, 0],
      [2, 3],
    ],
    [
      [4, 3],
      [0, 1],
      [4, 1],
    ],
    [
      [4, 3],
      [0, 0],
      [4, 3],
    ],
    [
      [4, 3],
      [2, 1],
      [0, 2],
    ],
    [
      [0, 3],
      [0, 1],
      [0, 2],
    ],
    [
      [2, 3, 4],
      [0, 1, 0],
      [2, 2, 4],
    ],
    [
      [2, 3, 4],
      [1, 0, 2],
      [1, 3, 2],
    ],
    [
      [2, 3, 4],
      [1, 2, 3],
      [1, 1, 1],
    ],
    [
      [2, 1, 3, 2],
      [0, 0, 1, 0],
      [2, 1, 2, 2],
    ],
    [
      [2, 2, 3, 2, 3],
      [1, 0, 0, 1, 0],
      [1, 2, 2, 1, 3],
    ],
  ])('cut from %j, at %j, the size %j', async (shape, begin, size) => {
    const before = memory().numTensors;
    for (const dtype of ['float32', 'int32'] as const) {
      const { result, work } = await countWork(() => tf.tidy(() => tf.slice(numbered(shape, dtype), begin, size)));
      expect([result.shape, result.dtype, work.reads]).toEqual([size, dtype, 0]);
      expect([...(await readAll([result]))[0]!]).toEqual(reference(shape, begin, size));
      result.dispose();
    }
    expect(memory().numTensors).toBe(before);
  });

  it('cut booleans, strings, and the remaining size, too', async () => {
    const truths = tf.tidy(() => tf.slice(tf.tensor([true, false, true, true], [2, 2], 'bool'), [0, 1], [2, 1]));
    expect([truths.dtype, ...(await truths.data())]).toEqual(['bool', 0, 1]);
    const words = tf.tidy(() => tf.slice(tf.tensor(['a', 'b', 'c']), 1));
    expect(await words.data<'string'>()).toEqual(['b', 'c']);
    const rest = tf.tidy(() => tf.slice(numbered([3, 2]), [1, 0], [-1, 1]));
    expect([...(await rest.data())]).toEqual([2, 4]);
    tf.dispose([truths, words, rest]);
  });

  it.each([
    [[6], 3, 0],
    [[2, 6, 3], [1, 2, 3], 1],
    [[2, 3, 4], 2, -1],
    [[3, 2], [1, -1], 0],
  ] as const)('split %j by %j along %d into parts that concat joins again', async (shape, splits, axis) => {
    const { result, work } = await countWork(() =>
      tf.tidy(() => tf.concat(tf.split(numbered(shape), splits as number | number[], axis), axis)),
    );
    expect(work.reads).toBe(0);
    expect([...(await readAll([result]))[0]!]).toEqual(
      reference(
        shape,
        shape.map(() => 0),
        shape,
      ),
    );
    result.dispose();
  });

  it('have gradients', async () => {
    const x = createVariable(undefined, normal('x', [3, 4]).values, [3, 4]);
    const weights = normal('weights', [3, 2]);
    const gradient = tf.tidy(
      () =>
        valueAndGradients(
          () => tf.sum(tf.mul(tf.slice(x, [0, 1], [3, 2]), tf.tensor(weights.values, [3, 2]))),
          [x],
        ).gradients.get(x.name)!,
    );
    const expected = [0, 1, 2].flatMap((row) => [0, ...weights.values.subarray(2 * row, 2 * row + 2), 0]);
    expectClose((await readAll([gradient]))[0]!, expected, 1e-7, 'gradient');
    tf.dispose([x, gradient]);
  });

  it('refuse ranges outside the tensor', () => {
    expect(() => tf.tidy(() => tf.slice(numbered([3, 2]), [2, 0], [2, 2]))).toThrow(/begin\[0\] \+ size\[0\]/);
  });
});
