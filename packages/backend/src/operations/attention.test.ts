import { describe, expect, it } from '@jest/globals';
import { checkOperation, expectClose, normal, open, valuesOf, variants } from '../../test/check-operation.ts';
import { softmax } from '../../test/reference.ts';
import { ops, type Tensor, tf } from '../index.ts';
import { hashMask, maskValues } from './hash-mask.ts';

interface Sizes {
  readonly batch: number;
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  readonly width: number;
}

interface Values {
  readonly query: ArrayLike<number>;
  readonly key: ArrayLike<number>;
  readonly value: ArrayLike<number>;
}

/** @param mask of each key, or of each query and key */
function attend(sizes: Sizes, { query, key, value }: Values, mask: readonly number[], thinning?: ArrayLike<number>) {
  const { batch, queries, keys, heads, width } = sizes;
  const perQuery = mask.length > batch * keys;
  const headWidth = width / heads;
  const context = new Float64Array(batch * queries * width);
  const probabilities: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let s = 0; s < queries; s++) {
        const logits = Array.from({ length: keys }, (_, k) => {
          let dot = 0;
          for (let d = 0; d < headWidth; d++) {
            const column = h * headWidth + d;
            dot += query[(b * queries + s) * width + column]! * key[(b * keys + k) * width + column]!;
          }
          const seen = mask[(perQuery ? b * queries + s : b) * keys + k]!;
          return dot / Math.sqrt(headWidth) + (1 - seen) * -10000;
        });
        const row = softmax(logits);
        row.forEach((probability, k) => {
          const kept = probability * (thinning?.[probabilities.length + k] ?? 1);
          for (let d = 0; d < headWidth; d++) {
            const column = h * headWidth + d;
            context[(b * queries + s) * width + column]! += kept * value[(b * keys + k) * width + column]!;
          }
        });
        probabilities.push(...row);
      }
    }
  }
  return { context, probabilities };
}

function inputsOf({ batch, queries, keys, width }: Sizes) {
  return {
    query: normal('query', [batch, queries, width]),
    key: normal('key', [batch, keys, width]),
    value: normal('value', [batch, keys, width]),
  };
}

/** Every third key of every other sequence is hidden. */
function maskOf({ batch, keys }: Sizes): number[] {
  return Array.from({ length: batch * keys }, (_, i) => (Math.floor(i / keys) % 2 === 0 && i % 3 === 2 ? 0 : 1));
}

/** Query s sees key k if k <= s, and every fifth key in any case; the first sequence hides its last key from all. */
function maskOfQueries({ batch, queries, keys }: Sizes): number[] {
  return Array.from({ length: batch * queries * keys }, (_, i) => {
    const [b, s, k] = [Math.floor(i / (queries * keys)), Math.floor(i / keys) % queries, i % keys];
    if (b === 0 && k === keys - 1 && k > 0) return 0;
    return k <= s || k % 5 === 0 ? 1 : 0;
  });
}

describe.each(variants)('attention on %s', (variant) => {
  it.each<Sizes>([
    { batch: 1, queries: 1, keys: 1, heads: 1, width: 1 },
    { batch: 2, queries: 5, keys: 5, heads: 3, width: 12 },
    { batch: 2, queries: 3, keys: 7, heads: 2, width: 10 },
    { batch: 1, queries: 119, keys: 119, heads: 2, width: 6 },
    { batch: 2, queries: 1, keys: 65, heads: 3, width: 36 },
    { batch: 1, queries: 33, keys: 1, heads: 3, width: 3 },
    { batch: 1, queries: 3, keys: 5, heads: 12, width: 768 },
  ])('matches the reference for %j', async (sizes) => {
    const mask = maskOf(sizes);
    await checkOperation({
      variant,
      inputs: inputsOf(sizes),
      run: ({ query, key, value }) =>
        ops.attention({ query, key, value, heads: sizes.heads, mask: tf.tensor(mask, [sizes.batch, sizes.keys]) })
          .context,
      reference: (values) => attend(sizes, values, mask).context,
      // With one key, gradients are 0.
      scale: 0.1,
    });
  });

  it.each<Sizes>([
    { batch: 2, queries: 5, keys: 5, heads: 3, width: 12 },
    { batch: 2, queries: 3, keys: 7, heads: 2, width: 10 },
    { batch: 1, queries: 35, keys: 35, heads: 2, width: 6 },
    { batch: 2, queries: 1, keys: 65, heads: 3, width: 36 },
    { batch: 3, queries: 9, keys: 4, heads: 1, width: 8 },
  ])('hides keys from some queries alone, for %j', async (sizes) => {
    const mask = maskOfQueries(sizes);
    const shape = [sizes.batch, sizes.queries, sizes.keys];
    await checkOperation({
      variant,
      inputs: inputsOf(sizes),
      run: ({ query, key, value }) =>
        ops.attention({ query, key, value, heads: sizes.heads, mask: tf.tensor(mask, shape) }).context,
      reference: (values) => attend(sizes, values, mask).context,
      scale: 0.1,
    });
  });

  it('gives equal bits for a mask of the keys and for the same mask of every query', async () => {
    const sizes: Sizes = { batch: 2, queries: 6, keys: 9, heads: 2, width: 8 };
    const mask = maskOf(sizes);
    const inputs = inputsOf(sizes);
    const way = await open(variant);
    const [shared, repeated] = await Promise.all(
      [false, true].map((perQuery) =>
        valuesOf(() => {
          const tensor = (name: keyof typeof inputs) => tf.tensor(inputs[name].values, [...inputs[name].shape]);
          const ofKeys = tf.tensor(mask, [2, 1, 9]);
          return way(() =>
            ops.attention({
              query: tensor('query'),
              key: tensor('key'),
              value: tensor('value'),
              heads: 2,
              mask: perQuery ? tf.tile(ofKeys, [1, 6, 1]) : tf.reshape(ofKeys, [2, 9]),
            }),
          ).context;
        }),
      ),
    );
    expect(repeated).toEqual(shared);
  });

  it('gives a hidden key no probability and its value no gradient', async () => {
    const sizes: Sizes = { batch: 1, queries: 4, keys: 4, heads: 2, width: 6 };
    const causal = Array.from({ length: 16 }, (_, i) => (i % 4 <= Math.floor(i / 4) ? 1 : 0));
    const inputs = inputsOf(sizes);
    const way = await open(variant);
    const tensor = (name: keyof typeof inputs) => tf.tensor(inputs[name].values, [...inputs[name].shape]);
    const attention = (value = tensor('value')) =>
      way(() =>
        ops.attention({
          query: tensor('query'),
          key: tensor('key'),
          value,
          heads: 2,
          mask: tf.tensor(causal, [1, 4, 4]),
          probabilities: true,
          dropout: { rate: 0.5, seed: 3 },
        }),
      );
    const probabilities = await valuesOf(() => attention().probabilities!);
    expect([...probabilities].map((value) => (value > 0 ? 1 : 0))).toEqual([...causal, ...causal]);
    // Only the last query sees the last key.
    const gradient = await valuesOf(() =>
      tf.grad((value) => tf.sum(tf.slice(attention(value as Tensor).context, [0, 0, 0], [1, 3, 6])))(tensor('value')),
    );
    expect([...gradient.slice(18)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(gradient.slice(0, 18).some((value) => value !== 0)).toBe(true);
  });

  const divides = variant === 'wasm, composed';
  const whyNot = divides ? " (skipped: TensorFlow.js' own product of batches on wasm divides by their number)" : '';
  (divides ? it.skip : it)(`takes no sequences at all${whyNot}`, async () => {
    const sizes: Sizes = { batch: 0, queries: 3, keys: 4, heads: 2, width: 6 };
    await checkOperation({
      variant,
      inputs: inputsOf(sizes),
      run: ({ query, key, value }) => ops.attention({ query, key, value, heads: 2, mask: tf.zeros([0, 4]) }).context,
      reference: () => [],
    });
  });

  it('gives the softmax of the logits alone if every key is hidden, like BERT', async () => {
    const sizes: Sizes = { batch: 3, queries: 5, keys: 7, heads: 2, width: 6 };
    // All keys of the second sequence, all but one of the third.
    const mask = Array.from({ length: 3 * 7 }, (_, i) => (i < 7 || i === 2 * 7 + 3 ? 1 : 0));
    await checkOperation({
      variant,
      inputs: inputsOf(sizes),
      run: ({ query, key, value }) =>
        ops.attention({ query, key, value, heads: 2, mask: tf.tensor(mask, [3, 7]) }).context,
      reference: (values) => attend(sizes, values, mask).context,
      // Next to 10000, a logit keeps three digits.
      tolerance: 1e-3,
    });
  });

  it.each([100, 1e4])('is exact for certain choices, with logits up to %d', async (scale) => {
    const sizes: Sizes = { batch: 2, queries: 5, keys: 7, heads: 1, width: 1 };
    const spread = (name: string, length: number) => ({
      shape: [2, length, 1],
      // Whole numbers, so that no rounding of a logit decides between two keys.
      values: normal(name, [2 * length], 3).values.map((value) => Math.sqrt(scale) * Math.round(value)),
    });
    const mask = maskOf(sizes);
    await checkOperation({
      variant,
      inputs: { query: spread('query', 5), key: spread('key', 7), value: normal('value', [2, 7, 1]) },
      run: ({ query, key, value }) =>
        ops.attention({ query, key, value, heads: 1, mask: tf.tensor(mask, [2, 7]) }).context,
      reference: (values) => attend(sizes, values, mask).context,
      steps: { query: 1e-7, key: 1e-7 },
      // If one key gets all the probability, gradients are 0: differences of numbers as large as the inputs.
      scale: Math.sqrt(scale) / 10,
    });
  });

  it('drops probabilities by the seed', async () => {
    const sizes: Sizes = { batch: 2, queries: 4, keys: 5, heads: 2, width: 6 };
    const mask = maskOf(sizes);
    const thinning = maskValues(hashMask(0.3, 11), 2 * 2 * 4 * 5);
    await checkOperation({
      variant,
      inputs: inputsOf(sizes),
      run: ({ query, key, value }) =>
        ops.attention({
          query,
          key,
          value,
          heads: 2,
          mask: tf.tensor(mask, [2, 5], 'int32'),
          dropout: { rate: 0.3, seed: 11 },
        }).context,
      reference: (values) => attend(sizes, values, mask, thinning).context,
    });
  });

  it('gives the probabilities on request, with and without a gradient', async () => {
    const sizes: Sizes = { batch: 2, queries: 3, keys: 6, heads: 2, width: 4 };
    const mask = maskOf(sizes);
    const inputs = inputsOf(sizes);
    const way = await open(variant);
    const found = await valuesOf(() => {
      const tensor = (name: keyof typeof inputs) => tf.tensor(inputs[name].values, [...inputs[name].shape]);
      const attention = () =>
        way(() =>
          ops.attention({
            query: tensor('query'),
            key: tensor('key'),
            value: tensor('value'),
            heads: 2,
            mask: tf.tensor(mask, [2, 6]),
            probabilities: true,
          }),
        );
      const { probabilities } = attention();
      expect(probabilities!.shape).toEqual([2, 2, 3, 6]);
      return probabilities!;
    });
    const expected = attend(
      sizes,
      { query: inputs.query.values, key: inputs.key.values, value: inputs.value.values },
      mask,
    );
    expectClose(found, expected.probabilities, 1e-6, 'probabilities');
  });

  it('refuses heads that do not divide the width', () => {
    const x = tf.zeros([1, 2, 6]);
    expect(() => ops.attention({ query: x, key: x, value: x, heads: 4, mask: x })).toThrow(
      '@kaleido/backend: the number of heads does not divide the width 6, found 4; choose a number of heads that divides it',
    );
    x.dispose();
  });

  it.each([[[1, 3]], [[2]], [[1, 3, 2]], [[1, 1, 2, 2]]])('refuses a mask of the shape %j', async (shape) => {
    const way = await open(variant);
    const x = tf.zeros([1, 2, 6]);
    const attend = () =>
      tf.tidy(() => way(() => ops.attention({ query: x, key: x, value: x, heads: 2, mask: tf.ones(shape) }).context));
    expect(attend).toThrow(`the mask must be [1,2] or [1,2,2], found [${shape}]`);
    x.dispose();
  });
});

describe('shapes on wasm', () => {
  it('must match, or a kernel would read past a tensor', async () => {
    await open('wasm');
    const x = tf.zeros([1, 2, 6]);
    const wrong = () =>
      tf.tidy(
        () => ops.attention({ query: x, key: x, value: tf.ones([1, 3, 6]), heads: 2, mask: tf.ones([1, 2]) }).context,
      );
    expect(wrong).toThrow(
      "@kaleido/backend: an input must have 12 values, found [1,3,6]; check the shapes of the operation's inputs",
    );
    expect(() => tf.tidy(() => ops.linear(x, tf.zeros([6, 2]), tf.zeros([3])))).toThrow('an input must have 2 values');
    x.dispose();
  });
});
