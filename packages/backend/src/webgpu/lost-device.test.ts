import { describe, expect, it } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { smallTransformer } from '../../test/small-transformer.ts';
import { webgpuMissing } from '../../test/webgpu.ts';
import { selectBackend, tf } from '../index.ts';
import type { WebgpuBackend } from './webgpu-backend.ts';

const itWebgpu = webgpuMissing === undefined ? it : it.skip;
const whyNot = webgpuMissing === undefined ? '' : ` (skipped: ${webgpuMissing})`;

const deviceOf = (): GPUDevice => (tf.backend() as unknown as WebgpuBackend).device;
const errorOf = async (run: () => Promise<unknown>): Promise<unknown> => {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error;
  }
};
describe('a WebGPU device', () => {
  itWebgpu(`that is lost during training is reported, and another one is opened${whyNot}`, async () => {
    const losses = async (steps: number, loseAfter?: number): Promise<number[]> => {
      await selectBackend({ prefer: 'webgpu' });
      const model = smallTransformer();
      const found: number[] = [];
      for (let step = 1; step <= steps; step++) {
        if (step - 1 === loseAfter) deviceOf().destroy();
        const loss = model.train(step, 0.1);
        found.push((await loss.data())[0]!);
        loss.dispose();
      }
      model.dispose();
      return found;
    };
    const whole = await losses(3);
    const lost = await errorOf(() => losses(3, 1));
    expect(KaleidoError.isInstance(lost)).toBe(true);
    expect(lost).toMatchObject({
      kind: 'device-lost',
      source: 'backend',
      problem: 'the WebGPU device and every tensor on it are lost',
      found: expect.stringMatching(/destroyed/),
    });
    // Until it is selected again, nothing computes on it.
    expect(await errorOf(() => tf.tidy(() => tf.square([1, 2, 3])).data())).toMatchObject({ kind: 'device-lost' });
    expect(await losses(3)).toEqual(whole);
  });

  itWebgpu(`that has no room for a tensor reports it at the operation, and continues${whyNot}`, async () => {
    await selectBackend({ prefer: 'webgpu' });
    const { maxBufferSize, maxStorageBufferBindingSize } = deviceOf().limits;
    const row = Math.ceil(Math.min(maxBufferSize, maxStorageBufferBindingSize) / 4 / 1024) + 1;
    const live = tf.memory().numTensors;
    const large = await errorOf(async () => tf.tidy(() => tf.add(tf.ones([1024, 1]), tf.ones([1, row]))).data());
    expect(large).toMatchObject({ kind: 'out-of-memory', found: 4 * 1024 * row });
    expect(tf.memory().numTensors).toBe(live);
    expect([...(await tf.tidy(() => tf.square([1, 2, 3])).data())]).toEqual([1, 4, 9]);
  });
});
