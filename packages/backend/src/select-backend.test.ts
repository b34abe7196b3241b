import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { tensorflowMissing } from '../test/tensorflow.ts';
import { type Backend, selectBackend, tf } from './index.ts';
import { runInChild } from './platform/run-in-child.ts';

const itNative = tensorflowMissing === undefined ? it : it.skip;
const whyNot = tensorflowMissing === undefined ? '' : ` (skipped: ${tensorflowMissing})`;

/** Part of Debian's chromium: a Vulkan driver without a GPU. */
const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const [itSoftware, whyNotSoftware] = existsSync(softwareDriver)
  ? ([it, ''] as const)
  : ([it.skip, ` (skipped: no ${softwareDriver})`] as const);

// Vulkan's loader and the search for TensorFlow read the environment, so a test can say what is installed.
const [describeVulkan, whyNoVulkan] =
  process.platform === 'linux'
    ? ([describe, ''] as const)
    : ([describe.skip, ' (skipped: WebGPU is not over Vulkan here)'] as const);

describeVulkan(`selectBackend by default${whyNoVulkan}`, () => {
  const environment = { ...process.env };
  beforeEach(() => {
    process.env.VK_DRIVER_FILES = '/nowhere';
  });
  afterEach(() => {
    process.env = { ...environment };
  });

  it('selects wasm where nothing faster is available, and says why', async () => {
    const { name, description } = await selectBackend({ tensorflowFolder: '/nowhere' });
    expect(name).toBe('wasm');
    expect(description).toMatch(
      /^wasm \(no cuda, tensorflow: no TensorFlow was found on this machine; no webgpu: (no adapter|npm package .+ is absent)\)$/,
    );
    expect(tf.getBackend()).toBe('wasm');
    expect(Object.keys(process.env)).not.toContain('KALEIDO_TENSORFLOW_CHECKED');
    expect((globalThis.navigator as { gpu?: unknown } | undefined)?.gpu).toBeUndefined();
  });

  itSoftware(`skips a software adapter${whyNotSoftware}`, async () => {
    process.env.VK_DRIVER_FILES = softwareDriver;
    const { name, description } = await selectBackend({ tensorflowFolder: '/nowhere' });
    expect(name).toBe('wasm');
    expect(description).toMatch(
      /no webgpu: (the adapter \(google swiftshader.*\) is emulated in software|npm package .+ is absent)\)$/,
    );
  });

  itNative(`takes TensorFlow, on its GPU if it sees one${whyNot}`, async () => {
    const outcome = await runInChild({
      script: new URL('../test/children/select.mjs', import.meta.url),
      args: [],
      patience: 60,
    });
    expect(outcome).toMatchObject({
      answer: {
        description: expect.stringMatching(
          /^(cuda on TensorFlow 2[.\d]+ \(found by .+\)|tensorflow on TensorFlow 2[.\d]+ \(found by .+\) \(no cuda: TensorFlow 2[.\d]+ sees no GPU; no webgpu: (no adapter|npm .+)\))$/,
        ),
      },
    });
  });
});

describe('selectBackend', () => {
  it.each(['cpu', 'wasm'] as const)('takes %s on request', async (prefer) => {
    expect(await selectBackend({ prefer })).toEqual({ name: prefer, description: `${prefer} (asked for)` });
    expect(tf.getBackend()).toBe(prefer);
  });

  it.each(['cuda', 'tensorflow'] as const)('says for %s where it searched, and what to install', async (prefer) => {
    await expect(selectBackend({ prefer, tensorflowFolder: '/nowhere' })).rejects.toThrow(
      /no TensorFlow was found on this machine, found "the option tensorflowFolder \(\/nowhere has none\)"; pip install tensorflow-cpu/,
    );
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %d threads', async (threads) => {
    await expect(selectBackend({ prefer: 'tensorflow', threads })).rejects.toThrow(
      /threads must be an integer from 1, found/,
    );
  });

  it('lists the known names for an unknown one', async () => {
    const error = await selectBackend({ prefer: 'gpu' as Backend }).catch((reason: unknown) => reason);
    expect(KaleidoError.isInstance(error)).toBe(true);
    expect((error as Error).message).toBe(
      '@kaleido/backend: unknown backend, found "gpu"; known are cuda, webgpu, tensorflow, wasm, cpu',
    );
  });

  // Last: a process has one TensorFlow, and refuses another folder.
  itNative(`takes tensorflow and says what it found${whyNot}`, async () => {
    const { name, description } = await selectBackend({ prefer: 'tensorflow' });
    expect(name).toBe('tensorflow');
    expect(description).toMatch(/^tensorflow on TensorFlow 2\.\d+\.\d+ \(found by .+\) \(asked for\)$/);
    expect(tf.getBackend()).toBe('tensorflow');
  });
});
