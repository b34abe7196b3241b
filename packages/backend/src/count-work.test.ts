import { describe, expect, it } from '@jest/globals';
import { open, variants } from '../test/check-operation.ts';
import { countWork, createVariable, ops, tf, valueAndGradients } from './index.ts';
import { registeredName } from './operations/fused-kernels.ts';
import { hasFused } from './operations/run-fused.ts';

describe.each(variants)('countWork on %s', (variant) => {
  it('counts kernels by name, and reads of every kind', async () => {
    await open(variant);
    const x = createVariable(undefined, Float32Array.of(1, 2), [2]);
    const { result, work } = await countWork(async () => {
      const sum = tf.tidy(() => tf.sum(tf.square(tf.add(x, tf.add(x, 1)))));
      const values = [...(await sum.data()), ...(await x.data())];
      sum.dispose();
      return values;
    });
    expect(result).toEqual([9 + 25, 1, 2]);
    // Values that the host still has are not read: `webgpu` keeps those that a small tensor was made from.
    expect(work.reads).toBe({ cpu: 0, webgpu: 1 }[variant as string] ?? 2);
    expect([work.kernelsByName.get('Add'), work.kernelsByName.get('Sum')]).toEqual([2, 1]);
    expect(work.kernels).toBe([...work.kernelsByName.values()].reduce((all, count) => all + count));
    x.dispose();
  });

  it('counts the backward pass too, fused or composed', async () => {
    const way = await open(variant);
    const x = createVariable(undefined, Float32Array.of(1, 2, 3, 4), [2, 2]);
    const { work } = await countWork(() =>
      tf.tidy(() => way(() => void valueAndGradients(() => tf.sum(ops.gelu(x)), [x]))),
    );
    const fused = way(() => hasFused('gelu'));
    expect(work.kernelsByName.get(registeredName('geluGradient'))).toBe(fused ? 1 : undefined);
    expect(work.kernels).toBeGreaterThan(fused ? 2 : 10);
    expect(work.reads).toBe(0);
    x.dispose();
  });

  it('counts nothing afterwards, even if the work fails, and can be nested', async () => {
    await open(variant);
    const before = [tf.engine().runKernel, tf.backend().read, tf.backend().readSync];
    const add = () => tf.tidy(() => void tf.add(tf.scalar(1), 1));
    const { result, work } = await countWork(async () => {
      add();
      return countWork(add);
    });
    expect([work.kernels, result.work.kernels]).toEqual([2, 1]);
    const failing = countWork(() => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect([tf.engine().runKernel, tf.backend().read, tf.backend().readSync]).toEqual(before);
  });
});
