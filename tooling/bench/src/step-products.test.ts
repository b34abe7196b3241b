import { describe, expect, it } from '@jest/globals';
import { selectBackend, tf, withComposedOperations } from '@kaleido/backend';
import { benchSetting } from './bench-setting.ts';
import { productsOf } from './measure-step.ts';
import { PretrainingStep } from './pretraining-step.ts';
import { floatingPointOperations, stepProducts } from './step-products.ts';

describe('stepProducts', () => {
  it('equals a count by hand', () => {
    // tiny: D 64, I 256, L 1, A 2, F 192, V 600, T 48, so S 103; B 2, M 10.
    const { config } = benchSetting('tiny', 'wasm', 0);
    const products = stepProducts(config, { batchSize: 2, textLength: 48, predictions: 10 });
    const of = (name: string): number => {
      const found = products.filter((one) => one.name.startsWith(name));
      return floatingPointOperations(found);
    };
    expect(of('positions')).toBe(2 * 110 * 5 * 64 * 2);
    expect(of('features')).toBe(2 * 110 * 192 * 64 * 2);
    expect(of('query, key, value, output')).toBe(4 * 2 * 206 * 64 * 64 * 3);
    expect(of('attention')).toBe(2 * 2 * 4 * 103 * 103 * 32 * 3);
    expect(of('feed-forward')).toBe(2 * 2 * 206 * 64 * 256 * 3);
    expect(of('pooler')).toBe(2 * 2 * 64 * 64 * 3);
    expect(of('match') + of('rotation') + of('jigsaw') + of('camouflage')).toBe(
      2 * 2 * (64 * 2 + 64 * 4 + 256 * 24 + 576 * 9) * 3,
    );
    expect(of('word')).toBe(2 * 20 * 64 * (64 + 600) * 3);
    expect(of('grey') + of('blank')).toBe(2 * (4 + 6) * 64 * 192 * 3);
    // The sum of the above.
    expect(floatingPointOperations(products)).toBe(88_621_312);
  });

  it('equals the products of a step without custom kernels', async () => {
    await selectBackend({ prefer: 'cpu' });
    const step = await PretrainingStep.open(benchSetting('tiny', 'cpu', 0.1, 2));
    const kernel = tf.getKernel('BatchMatMul', 'cpu') as { kernelFunc: (run: never) => unknown };
    const original = kernel.kernelFunc;
    let multiplied = 0;
    kernel.kernelFunc = (run: never) => {
      const { inputs, attrs } = run as { inputs: Record<'a' | 'b', tf.Tensor>; attrs: Record<string, boolean> };
      const [rows, inner] = inputs.a.shape.slice(-2) as [number, number];
      const columns = inputs.b.shape.at(attrs.transposeB === true ? -2 : -1) as number;
      const batch = inputs.a.size / (rows * inner);
      multiplied += 2 * batch * rows * inner * columns;
      return original(run);
    };
    withComposedOperations(() => step.train().dispose());
    kernel.kernelFunc = original;
    expect(multiplied).toBe(floatingPointOperations(productsOf(step)));
    step.dispose();
  });
});
