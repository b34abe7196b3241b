import { beforeAll, describe, expect, it } from '@jest/globals';
import { kernels } from '#kernels';
import { expectClose, normal } from '../../test/check-operation.ts';
import { multiply, transpose } from '../../test/reference.ts';
import { selectBackend } from '../index.ts';
import type { KernelExports } from './kernel-exports.ts';

// The backend takes the one that the engine can run; the other must be right too.
describe.each(['plain', 'relaxed'] as const)('the kernels with %s SIMD', (kind) => {
  const bytes = Uint8Array.from(atob(kernels[kind]), (character) => character.charCodeAt(0));
  const memory = new WebAssembly.Memory({ initial: 64 });
  const floats = new Float32Array(memory.buffer);
  const scratch = 32 * 65536;
  let module: WebAssembly.Module;
  let run: KernelExports;

  beforeAll(async () => {
    // Allows relaxed SIMD in Node 20.
    await selectBackend({ prefer: 'wasm' });
    module = await WebAssembly.compile(bytes);
    const instance = await WebAssembly.instantiate(module, { env: { memory } });
    run = instance.exports as unknown as KernelExports;
  });

  it('have functions only: no memory, table, data or import of their own', () => {
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
    expect(new Set(WebAssembly.Module.exports(module).map(({ kind }) => kind))).toEqual(new Set(['function']));
    const zeros = new Uint8Array(memory.buffer, 0, 1024);
    expect(zeros.every((byte) => byte === 0)).toBe(true);
  });

  it.each([
    [1, 1, 1],
    [4, 8, 16],
    [5, 9, 3],
    [3, 130, 257],
    [101, 17, 300],
    [6, 520, 5],
  ])('multiply [%i, %i] matrices over %i in every layout', (m, n, k) => {
    const a = normal('a', [m, k]).values;
    const b = normal('b', [k, n]).values;
    const bias = normal('bias', [n]).values;
    const expected = multiply(a, b, m, k, n).map((sum, i) => sum + bias[i % n]!);
    const [atA, atB, atBias, atC] = [1024, 1024 + m * k, 1024 + m * k + k * n, 1024 + m * k + k * n + n];
    // The rows of C have gaps between them, which must not change.
    const cRow = n + 3;
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        floats.set(transposeA ? transpose(a, m, k) : a, atA);
        floats.set(transposeB ? transpose(b, k, n) : b, atB);
        floats.set(bias, atBias);
        floats.fill(7, atC, atC + m * cRow);
        const [aRow, aColumn] = transposeA ? [1, m] : [k, 1];
        const [bRow, bColumn] = transposeB ? [1, k] : [n, 1];
        run.matrixProduct(
          atA * 4,
          aRow!,
          aColumn!,
          atB * 4,
          bRow!,
          bColumn!,
          atC * 4,
          cRow,
          m,
          n,
          k,
          atBias * 4,
          scratch,
        );
        const c = floats.slice(atC, atC + m * cRow);
        const inside = c.filter((_, i) => i % cRow < n);
        expectClose(inside, expected, 1e-5, `product, transposed: ${transposeA}, ${transposeB}`);
        expect(c.filter((_, i) => i % cRow >= n).every((value) => value === 7)).toBe(true);
      }
    }
  });

  it('keep the digits of a small gelu, where 1 + tanh would cancel', () => {
    const x = Float32Array.from({ length: 4003 }, (_, i) => (i - 2001.5) / 500);
    floats.set(x, 1024);
    run.gelu(1024 * 4, 8192 * 4, x.length);
    const ratios = Array.from(x, (value, i) => {
      const exponent = -2 * Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3);
      return (floats[8192 + i]! * (1 + Math.exp(exponent))) / value;
    });
    expectClose(ratios, new Float64Array(x.length).fill(1), 3e-6, 'found over expected');
  });
});
