import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, type Tensor, tf } from '../index.ts';
import { wasmKernels } from '../wasm/kernel-table.ts';
import { absent, type FusedKernelTable, registerFusedKernels } from './fused-kernel-table.ts';
import { type FusedKernel, registeredName } from './fused-kernels.ts';
import { hasFused, runFused, withComposedOperations } from './run-fused.ts';

/** No kernels; tests add those that they need. */
const noKernels = Object.fromEntries(
  Object.keys(wasmKernels).map((name) => [name, absent('not needed in this test')]),
) as FusedKernelTable<number>;

/** Adds the context to `x`. */
const table: FusedKernelTable<number> = { ...noKernels, gelu: (context, { x }) => tf.add(x as Tensor, context) };

describe('registerFusedKernels', () => {
  beforeAll(() => selectBackend({ prefer: 'cpu' }));
  afterEach(() => registerFusedKernels('cpu', noKernels, () => 0));

  it('registers what the table has, leaves out what is absent, and asks for the context at every call', async () => {
    const before = memory().numTensors;
    let context = 1;
    registerFusedKernels('cpu', table, () => context);
    expect((Object.keys(table) as FusedKernel[]).filter(hasFused)).toEqual(['gelu']);
    expect(withComposedOperations(() => hasFused('gelu'))).toBe(false);
    const x = tf.tensor([1, 2]);
    for (context of [1, 10]) {
      const y = runFused('gelu', { x }, {});
      expect([...(await y.data())]).toEqual([1 + context, 2 + context]);
      y.dispose();
    }
    x.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('replaces kernels registered earlier, even with none', () => {
    registerFusedKernels('cpu', table, () => 1);
    registerFusedKernels('cpu', noKernels, () => 1);
    expect(hasFused('gelu')).toBe(false);
  });
});

it('registers a kernel under the prefix Kaleido', () => {
  expect([registeredName('layerNorm'), registeredName('adamWOfAll')]).toEqual([
    'KaleidoLayerNorm',
    'KaleidoAdamWOfAll',
  ]);
});

describe('a misspelt name', () => {
  beforeAll(() => selectBackend({ prefer: 'wasm' }));

  // That this and other mistakes do not compile is tested by test/fused-kernel-mistakes.ts.
  it('is a kernel that no backend has, so the operation is composed silently', () => {
    expect(hasFused('layerNorm')).toBe(true);
    // @ts-expect-error A misspelt name.
    expect(hasFused('layerNrom')).toBe(false);
  });
});
