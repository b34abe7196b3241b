import { describe, expect, it } from '@jest/globals';
import { everyVariant, open, type Variant } from '../test/check-operation.ts';
import { tf } from './index.ts';
import { cudaKernels, tensorflowKernels } from './native/kernel-table.ts';
import type { FusedKernel } from './operations/fused-kernels.ts';
import { hasFused } from './operations/run-fused.ts';
import { wasmKernels } from './wasm/kernel-table.ts';
import { webgpuKernels } from './webgpu/kernel-table.ts';

const every = Object.keys(wasmKernels) as FusedKernel[];

/** The fused kernels that each backend lacks. */
const withoutFused: Readonly<Record<Variant | 'cuda', readonly FusedKernel[]>> = {
  cpu: every,
  wasm: ['adamWOfAll', 'linearGelu'],
  'wasm, composed': every,
  tensorflow: ['adamWOfAll', 'linearGelu'],
  'tensorflow, composed': every,
  webgpu: ['adamWOfAll'],
  cuda: ['linearGelu'],
};

// The operations' tests are next to them; each runs on every variant that is not skipped here.
describe('the conformance suite', () => {
  for (const [variant, why] of Object.entries(everyVariant) as [Variant, string | undefined][]) {
    if (why !== undefined) it.skip(`runs on ${variant} (skipped: ${why})`, () => undefined);
    else
      it(`runs on ${variant}, with every fused kernel but ${withoutFused[variant].length}`, async () => {
        const way = await open(variant);
        expect(tf.getBackend()).toBe(variant.split(',')[0]);
        expect(every.filter((name) => !way(() => hasFused(name)))).toEqual(withoutFused[variant]);
      });
  }
});

describe('the tables of fused kernels', () => {
  it.each([
    ['wasm', wasmKernels],
    ['webgpu', webgpuKernels],
    ['tensorflow', tensorflowKernels],
    ['cuda', cudaKernels],
  ] as const)('lists for %s which are absent, and why', (backend, table) => {
    const absent = Object.entries(table).flatMap(([name, kernel]) =>
      'absent' in kernel ? [[name, kernel.absent]] : [],
    );
    expect(absent.map(([name]) => name)).toEqual(withoutFused[backend]);
    for (const [, reason] of absent) expect(reason).toMatch(/\w+ \w+/);
    expect(Object.keys(table).sort()).toEqual([...every].sort());
  });
});
