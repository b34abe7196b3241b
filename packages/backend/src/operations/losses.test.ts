import { describe, expect, it } from '@jest/globals';
import { checkOperation, integers, normal, open, valuesOf, variants } from '../../test/check-operation.ts';
import { rowsOf, softmax } from '../../test/reference.ts';
import { ops, tf } from '../index.ts';

describe.each(variants)('softmaxCrossEntropy on %s', (variant) => {
  it.each([
    [1, 1],
    [3, 2],
    [5, 24],
    [7, 119],
    [1, 36],
    [2, 768],
    [65, 3],
    [0, 5],
  ])('takes %i rows of %i classes', async (rows, classes) => {
    const labels = integers('labels', [rows], classes);
    await checkOperation({
      variant,
      inputs: { logits: normal('logits', [rows, classes], 4) },
      run: ({ logits }) => ops.softmaxCrossEntropy(logits, labels.tensor()),
      reference: ({ logits }) => rowsOf(logits, classes).map((row, i) => -Math.log(softmax(row)[labels.values[i]!]!)),
    });
  });

  it('gives certain right answers almost no loss, and a certain wrong one a large loss', async () => {
    // Differences of 5 to 20 between the right class and the others, then of -20000.
    const logits = [5, 0, 0, 0, 10, 0, 0, 0, 20, -1e4, 1e4, 0];
    const labels = [0, 1, 2, 0];
    await checkOperation({
      variant,
      inputs: { logits: { shape: [4, 3], values: Float32Array.from(logits) } },
      run: ({ logits }) =>
        // The certain answers count as much as the wrong one.
        tf.div(ops.softmaxCrossEntropy(logits, tf.tensor(labels, [4], 'int32')), tf.tensor([1, 1, 1, 2e4])),
      reference: ({ logits }) =>
        rowsOf(logits, 3).map((row, i) => {
          const largest = Math.max(...row);
          const sum = row.reduce((total, value) => total + Math.exp(value - largest), 0);
          return (largest + Math.log(sum) - row[labels[i]!]!) / (i === 3 ? 2e4 : 1);
        }),
      // A loss of 2e-9 is beyond float32: the sum of exponentials has one unit in the last place of 1.
      tolerance: 2e-7,
      scale: 1,
    });
  });

  it('stays finite for logits that are far apart', async () => {
    const way = await open(variant);
    const losses = await valuesOf(() =>
      way(() => ops.softmaxCrossEntropy(tf.tensor([1000, 0, -1000, 0], [2, 2]), tf.tensor([1, 0], [2], 'int32'))),
    );
    expect([...losses]).toEqual([1000, 1000]);
  });

  it('propagates NaN', async () => {
    const way = await open(variant);
    const losses = await valuesOf(() =>
      way(() => ops.softmaxCrossEntropy(tf.tensor([Number.NaN, 0], [1, 2]), tf.tensor([1], [1], 'int32'))),
    );
    expect([...losses]).toEqual([Number.NaN]);
  });
});

describe.each(variants)('klDivergence on %s', (variant) => {
  const clip = (value: number): number => Math.min(1, Math.max(1e-7, value));

  it.each([
    [1, 4],
    [3, 119],
    [2, 1],
    [1, 36],
    [2, 768],
    [65, 3],
    [0, 5],
  ])('takes %i rows of %i values', async (rows, width) => {
    const target = Float32Array.from(rowsOf(normal('target', [rows, width], 2).values, width).flatMap(softmax));
    await checkOperation({
      variant,
      inputs: { logits: normal('logits', [rows, width], 2) },
      run: ({ logits }) => ops.klDivergence(tf.tensor(target, [rows, width]), logits),
      reference: ({ logits }) =>
        rowsOf(logits, width).map((row, r) =>
          softmax(row).reduce((sum, p, i) => {
            const t = clip(target[r * width + i]!);
            return sum + t * Math.log(t / clip(p));
          }, 0),
        ),
    });
  });

  it('clips both sides, and a clipped probability has no gradient', async () => {
    const target = [0.5, 0, 0.5];
    await checkOperation({
      variant,
      inputs: { logits: { shape: [1, 3], values: Float32Array.of(0, 1, -30) } },
      run: ({ logits }) => ops.klDivergence(tf.tensor(target, [1, 3]), logits),
      reference: ({ logits }) => [
        softmax([...logits]).reduce((sum, p, i) => sum + clip(target[i]!) * Math.log(clip(target[i]!) / clip(p)), 0),
      ],
    });
  });

  it('stays finite for logits that are far apart, and targets of 0 and 1', async () => {
    const target = [1, 0, 0, 0, 1, 0, 0.5, 0.25, 0.25];
    await checkOperation({
      variant,
      inputs: { logits: { shape: [3, 3], values: Float32Array.of(1e4, 0, -1e4, 1e4, 0, -1e4, -100, 0, 100) } },
      run: ({ logits }) => ops.klDivergence(tf.tensor(target, [3, 3]), logits),
      reference: ({ logits }) =>
        rowsOf(logits, 3).map((row, r) =>
          softmax(row).reduce((sum, p, i) => {
            const t = clip(target[r * 3 + i]!);
            return sum + t * Math.log(t / clip(p));
          }, 0),
        ),
    });
  });
});

describe('labels on wasm', () => {
  it('must be classes', async () => {
    await open('wasm');
    expect(() => tf.tidy(() => ops.softmaxCrossEntropy(tf.zeros([1, 3]), tf.tensor([3], [1], 'int32')))).toThrow(
      '@kaleido/backend: a label is outside [0, 3), found 3; check how it was computed',
    );
  });

  it('must be integers', async () => {
    await open('wasm');
    expect(() => tf.tidy(() => ops.softmaxCrossEntropy(tf.zeros([1, 3]), tf.tensor([1], [1])))).toThrow(
      '@kaleido/backend: an input must have the type int32, found "float32"; cast it with tf.cast',
    );
  });
});
