import { describe, expect, it } from '@jest/globals';
import { smallTransformer } from '../../test/small-transformer.ts';
import { webgpuMissing } from '../../test/webgpu.ts';
import { selectBackend, tf, withComposedOperations } from '../index.ts';
import type { WebgpuBackend } from './webgpu-backend.ts';

const describeWebgpu = webgpuMissing === undefined ? describe : describe.skip;
const whyNot = webgpuMissing === undefined ? '' : ` (skipped: ${webgpuMissing})`;

/** Counts what is dispatched, by TensorFlow.js and by this package, while a function runs. */
async function dispatchesOf(run: () => tf.Tensor): Promise<number> {
  const { device } = tf.backend() as unknown as WebgpuBackend;
  const { createCommandEncoder } = device;
  let count = 0;
  device.createCommandEncoder = (descriptor) => {
    const encoder = createCommandEncoder.call(device, descriptor);
    const { beginComputePass } = encoder;
    encoder.beginComputePass = (options) => {
      const pass = beginComputePass.call(encoder, options);
      const { dispatchWorkgroups } = pass;
      pass.dispatchWorkgroups = (...size) => {
        count++;
        dispatchWorkgroups.apply(pass, size);
      };
      return pass;
    };
    return encoder;
  };
  try {
    const result = run();
    await result.data();
    result.dispose();
    return count;
  } finally {
    device.createCommandEncoder = createCommandEncoder;
  }
}

describeWebgpu(`a training step on webgpu${whyNot}`, () => {
  it('takes at most a quarter of the dispatches that TensorFlow.js needs', async () => {
    await selectBackend({ prefer: 'webgpu' });
    const model = smallTransformer();
    const fused = await dispatchesOf(() => model.train(1, 0.1));
    const composed = await dispatchesOf(() => withComposedOperations(() => model.train(2, 0.1)));
    model.dispose();
    console.info(`dispatches a step: ${fused} fused, ${composed} composed`);
    expect(fused).toBeGreaterThan(20);
    expect(fused * 4).toBeLessThanOrEqual(composed);
  });
});
