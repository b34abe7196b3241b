import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { tensorflowFolder, tensorflowMissing } from '../../test/tensorflow.ts';
import { createVariable, ops, readAll, selectBackend, tf } from '../index.ts';
import { libraryFiles } from './c-library.ts';
import { NativeBinding } from './native-binding.ts';

/** The name of the GPU that TensorFlow sees; empty if there is none. */
const gpu = (): string => new NativeBinding({ folder: tensorflowFolder!, device: 'gpu' }).gpu;

const describeNative = tensorflowMissing === undefined ? describe : describe.skip;

// In this order: a process has one TensorFlow, and a failure before it is loaded must not prevent loading it later.
describeNative(`TensorFlow${tensorflowMissing === undefined ? '' : ` (skipped: ${tensorflowMissing})`}`, () => {
  it('is refused where its libraries do not load', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kaleido-tensorflow-'));
    for (const name of libraryFiles) await writeFile(join(folder, name), 'no library');
    await expect(selectBackend({ prefer: 'tensorflow', tensorflowFolder: folder })).rejects.toThrow(
      /^@kaleido\/backend: the TensorFlow in .+ does not work on this machine, found ".+"; install TensorFlow/,
    );
    await rm(folder, { recursive: true });
  });

  it('fails as cuda if it sees no GPU, instead of computing on the CPU', async () => {
    const outcome = await selectBackend({ prefer: 'cuda' }).then(
      ({ name }) => name,
      (error: Error) => error.message,
    );
    expect(outcome).toMatch(gpu() === '' ? /^@kaleido\/backend: TensorFlow 2[.\d]+ sees no GPU, found/ : /^cuda$/);
  });

  it('is limited to one per process', async () => {
    const [prefer, other] = gpu() === '' ? (['tensorflow', 'cuda'] as const) : (['cuda', 'tensorflow'] as const);
    await selectBackend({ prefer });
    await expect(selectBackend({ prefer: other })).rejects.toThrow(/this process already uses TensorFlow's/);
    await expect(selectBackend({ prefer, tensorflowFolder: '/elsewhere' })).rejects.toThrow(
      /this process has already loaded the TensorFlow in .+, found "\/elsewhere"/,
    );
  });

  it('leaves parameters readable if an update fails halfway', async () => {
    const [parameter, firstMoment, secondMoment] = [2, 3, 3].map((size) =>
      createVariable(undefined, new Float32Array(size).fill(1), [size]),
    ) as [tf.Variable, tf.Variable, tf.Variable];
    const gradient = tf.ones([2]);
    const state = { parameter, gradient, firstMoment, secondMoment, decay: 0 };
    const options = { rate: 0.5, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, step: 1, gradientScale: 1 };
    // It runs asynchronously: the next read of the values throws the error.
    const update = async () => {
      ops.adamW([state], options);
      await readAll([parameter]);
    };
    await expect(update()).rejects.toThrow(/TensorFlow refused an operation/);
    expect(await readAll([parameter, firstMoment])).toEqual([Float32Array.of(1, 1), Float32Array.of(1, 1, 1)]);
    tf.dispose([parameter, firstMoment, secondMoment, gradient]);
  });

  it('leaves them readable if they were requested before the update failed', async () => {
    await selectBackend({ prefer: gpu() === '' ? 'tensorflow' : 'cuda' });
    const [parameter, firstMoment, secondMoment] = [2, 3, 3].map((size) =>
      createVariable(undefined, new Float32Array(size).fill(1), [size]),
    ) as [tf.Variable, tf.Variable, tf.Variable];
    const gradient = tf.ones([2]);
    const state = { parameter, gradient, firstMoment, secondMoment, decay: 0 };
    // Long enough that the update waits for it, and the read waits for the update.
    const busy = tf.tidy(() => {
      const x = tf.ones([2500, 2500]);
      return ops.linear(ops.linear(x, x), x);
    });
    ops.adamW([state], { rate: 0.5, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, step: 1, gradientScale: 1 });
    await expect(readAll([parameter])).rejects.toThrow(/TensorFlow refused an operation/);
    expect(await readAll([parameter, firstMoment])).toEqual([Float32Array.of(1, 1), Float32Array.of(1, 1, 1)]);
    tf.dispose([busy, parameter, firstMoment, secondMoment, gradient]);
  });
});
