import { describe, expect, it } from '@jest/globals';
import { expectClose, normal } from '../test/check-operation.ts';
import { smallTransformer } from '../test/small-transformer.ts';
import { tensorflowMissing } from '../test/tensorflow.ts';
import { webgpuMissing } from '../test/webgpu.ts';
import { createVariable, ops, type Precision, selectBackend, tf, valueAndGradients } from './index.ts';

describe('precision', () => {
  it.each(['cpu', 'wasm'] as const)('is float32 only on %s', async (prefer) => {
    await expect(selectBackend({ prefer, precision: 'mixed' })).rejects.toThrow(
      `@kaleido/backend: the backend "${prefer}" does not compute in this precision, found "mixed"; known are float32, mixed`,
    );
  });

  it('must be a known one', async () => {
    await expect(selectBackend({ prefer: 'wasm', precision: 'half' as Precision })).rejects.toThrow(/found "half"/);
  });
});

describe.each([
  ['tensorflow', tensorflowMissing],
  ['webgpu', webgpuMissing],
] as const)('mixed precision on %s', (prefer, missing) => {
  const itHere = missing === undefined ? it : it.skip;
  const whyNot = missing === undefined ? '' : ` (skipped: ${missing})`;

  itHere(`rounds the factors of products, and nothing else${whyNot}`, async () => {
    const product = async (precision: Precision): Promise<[Float32Array, Float32Array]> => {
      const { description } = await selectBackend({ prefer, precision });
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

  itHere(`learns like float32${whyNot}`, async () => {
    const losses = async (precision: Precision): Promise<number[]> => {
      await selectBackend({ prefer, precision });
      const model = smallTransformer();
      const found: number[] = [];
      for (let step = 1; step <= 20; step++) {
        const loss = model.train(step, 0.1);
        found.push((await loss.data())[0]!);
        loss.dispose();
      }
      model.dispose();
      return found;
    };
    const exact = await losses('float32');
    const mixed = await losses('mixed');
    expect(mixed).not.toEqual(exact);
    expect(mixed.at(-1)!).toBeLessThan(mixed[0]! * 0.7);
    expect(Math.abs(mixed.at(-1)! - exact.at(-1)!)).toBeLessThan(0.05 * exact.at(-1)!);
  });

  itHere(`keeps gradients that are too small for half precision${whyNot}`, async () => {
    await selectBackend({ prefer, precision: 'mixed' });
    const kernel = createVariable(undefined, Float32Array.of(1, 2, 3, 4), [2, 2]);
    const gradientOf = async (size: number): Promise<number[]> => {
      const [gradient] = tf.tidy(() => {
        // The gradient of each output is `size`: the factor that is rounded in the backward pass.
        const x = tf.tensor([1, 0, 0, 1], [2, 2]);
        const { gradients } = valueAndGradients(() => tf.mul(tf.sum(ops.linear(x, kernel)), size), [kernel]);
        return [gradients.get(kernel.name)!];
      }) as [tf.Tensor];
      const values = [...(await gradient.data<'float32'>())];
      gradient.dispose();
      return values;
    };
    for (const size of [2 ** -28, 2 ** -10, 1]) expect(await gradientOf(size)).toEqual([size, size, size, size]);
    kernel.dispose();
  });

  itHere(`keeps NaN${whyNot}`, async () => {
    await selectBackend({ prefer, precision: 'mixed' });
    const product = async (value: number): Promise<number> => {
      const y = tf.tidy(() => ops.linear(tf.fill([1, 4], value), tf.ones([4, 1])));
      const [found] = await y.data<'float32'>();
      y.dispose();
      return found!;
    };
    expect(await product(Number.NaN)).toBeNaN();
    expect(await product(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(await product(1024)).toBe(4096);
  });
});

describe('mixed precision on webgpu', () => {
  const itWebgpu = webgpuMissing === undefined ? it : it.skip;
  itWebgpu(
    `cuts what is too large for half precision${webgpuMissing ? ` (skipped: ${webgpuMissing})` : ''}`,
    async () => {
      await selectBackend({ prefer: 'webgpu', precision: 'mixed' });
      const y = tf.tidy(() => ops.linear(tf.tensor([1e6, -1e6], [2, 1]), tf.ones([1, 1])));
      expect([...(await y.data())]).toEqual([65504, -65504]);
      y.dispose();
    },
  );
});
