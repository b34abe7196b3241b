import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, tf } from '../index.ts';
import { type FusedKernel, registeredName } from '../operations/fused-kernels.ts';
import { checkGradients } from './check-gradients.ts';
import { measureProducts } from './measure-products.ts';

beforeAll(() => selectBackend({ prefer: 'cpu' }));

describe('checkGradients', () => {
  afterEach(() => {
    for (const kernelName of [registeredName('gelu'), registeredName('geluGradient')])
      if (tf.getKernel(kernelName, 'cpu') != null) tf.unregisterKernel(kernelName, 'cpu');
  });

  it('passes where they are right, to the last digits of single precision, and leaves nothing behind', async () => {
    const before = memory();
    const { passed, largestRelativeError } = await checkGradients();
    expect(passed).toBe(true);
    expect(largestRelativeError).toBeLessThan(1e-5);
    expect(largestRelativeError).toBeGreaterThan(0);
    expect(memory()).toEqual(before);
  });

  it.each([
    ['a tenth too large', 1.1],
    ['NaN', Number.NaN],
  ])('fails where a kernel gives gradients that are %s', async (_, factor) => {
    const register = (name: FusedKernel, run: (inputs: Record<string, tf.Tensor>) => tf.Tensor) =>
      tf.registerKernel({
        kernelName: registeredName(name),
        backendName: 'cpu',
        kernelFunc: ({ inputs }) => run(inputs as Record<string, tf.Tensor>),
      });
    register('gelu', ({ x }) => tf.clone(x!));
    register('geluGradient', ({ gradient }) => tf.mul(gradient!, factor));
    const { passed, largestRelativeError } = await checkGradients();
    expect(passed).toBe(false);
    expect(largestRelativeError).not.toBeLessThan(0.05);
  });
});

describe('measureProducts', () => {
  it('gives a rate, and leaves nothing behind', async () => {
    const before = memory();
    const { size, gigaflops } = await measureProducts();
    expect(size).toBeGreaterThanOrEqual(256);
    expect(gigaflops).toBeGreaterThan(0);
    expect(gigaflops).toBeLessThan(1e6);
    expect(memory()).toEqual(before);
  });
});
