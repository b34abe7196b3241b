import { describe, expect, it } from '@jest/globals';
import { expectClose, normal } from '../test/check-operation.ts';
import { smallTransformer } from '../test/small-transformer.ts';
import { tensorflowMissing } from '../test/tensorflow.ts';
import { type Backend, ops, type Precision, selectBackend, tf } from './index.ts';

const itNative = tensorflowMissing === undefined ? it : it.skip;
const whyNot = tensorflowMissing === undefined ? '' : ` (skipped: ${tensorflowMissing})`;

describe('precision', () => {
  it.each(['cpu', 'wasm'] as const)('is float32 alone on %s', async (prefer) => {
    await expect(selectBackend({ prefer, precision: 'mixed' })).rejects.toThrow(
      `@kaleido/backend: the backend "${prefer}" does not compute in this precision, found "mixed"; known are float32, mixed`,
    );
  });

  it('is one of those that are known', async () => {
    await expect(selectBackend({ prefer: 'wasm', precision: 'half' as Precision })).rejects.toThrow(/found "half"/);
  });

  itNative(`mixed rounds the factors of products, and nothing else${whyNot}`, async () => {
    const product = async (precision: Precision): Promise<[Float32Array, Float32Array]> => {
      const { description } = await selectBackend({ prefer: 'tensorflow', precision });
      expect(description.includes('mixed')).toBe(precision === 'mixed');
      const [x, kernel] = [normal('x', [5, 40]), normal('kernel', [40, 7])].map(({ values, shape }) =>
        tf.tensor(values, [...shape]),
      ) as [tf.Tensor, tf.Tensor];
      const [y, activated] = [ops.linear(x, kernel), ops.gelu(x)];
      const values = [await y.data<'float32'>(), await activated.data<'float32'>()] as [Float32Array, Float32Array];
      tf.dispose([x, kernel, y, activated]);
      return values;
    };
    const [exact, exactGelu] = await product('float32');
    const [rounded, roundedGelu] = await product('mixed');
    expectClose(rounded, exact, 2e-2, 'product');
    expect(() => expectClose(rounded, exact, 1e-5, 'product')).toThrow(/product/);
    expect(roundedGelu).toEqual(exactGelu);
  });

  itNative(`mixed learns as float32 does${whyNot}`, async () => {
    const losses = async (prefer: Backend, precision: Precision): Promise<number[]> => {
      await selectBackend({ prefer, precision });
      const model = smallTransformer();
      const found = Array.from({ length: 20 }, (_, index) => model.train(index + 1, 0.1));
      model.dispose();
      return found;
    };
    const exact = await losses('tensorflow', 'float32');
    const mixed = await losses('tensorflow', 'mixed');
    expect(mixed).not.toEqual(exact);
    expect(mixed.at(-1)!).toBeLessThan(mixed[0]! * 0.7);
    expect(Math.abs(mixed.at(-1)! - exact.at(-1)!)).toBeLessThan(0.05 * exact.at(-1)!);
  });
});
