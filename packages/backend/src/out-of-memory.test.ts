import { describe, expect, it } from '@jest/globals';
import { tensorflowMissing } from '../test/tensorflow.ts';
import { webgpuMissing } from '../test/webgpu.ts';
import { type Backend, createVariable, memory, selectBackend, tf, valueAndGradients } from './index.ts';

const missing: Partial<Record<Backend, string | undefined>> = { tensorflow: tensorflowMissing, webgpu: webgpuMissing };

describe.each(['cpu', 'wasm', 'tensorflow', 'webgpu'] as const)('a loss too large for memory, on %s', (prefer) => {
  const why = missing[prefer];
  (why === undefined ? it : it.skip)(
    `is refused in plain words, and the next one is computed${why ? ` (skipped: ${why})` : ''}`,
    async () => {
      await selectBackend({ prefer });
      const variable = createVariable(undefined, Float32Array.of(2, 3), [2]);
      /** The mean of a tensor of `side` x `side` numbers made of the variable, and its gradient. */
      const train = async (side: number): Promise<number[]> => {
        const [value, gradient] = tf.tidy(() => {
          const { value, gradients } = valueAndGradients(
            () => tf.mean(tf.mul(tf.sum(variable), tf.fill([side, side], 0.5))),
            [variable],
          );
          return [value, gradients.get(variable.name)!] as const;
        });
        const read = [...(await value!.data()), ...(await gradient!.data())];
        tf.dispose([value!, gradient!]);
        return read;
      };
      expect(await train(3)).toEqual([2.5, 0.5, 0.5]);
      const live = memory().numTensors;
      await expect(train(2 ** 22)).rejects.toMatchObject({
        name: 'KaleidoError',
        kind: 'out-of-memory',
        problem: expect.stringMatching(/^not enough memory in /),
        advice: 'use a smaller batch, and dispose tensors that are no longer needed',
      });
      expect(await train(3)).toEqual([2.5, 0.5, 0.5]);
      // TensorFlow's failure is known only when values are read; by then the tensors are the caller's.
      expect(memory().numTensors - live).toBeLessThanOrEqual(prefer === 'tensorflow' ? 2 : 0);
      variable.dispose();
    },
  );
});
