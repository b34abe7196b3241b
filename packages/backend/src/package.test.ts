import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { createVariable, hostValues, memory, readAll, selectBackend, tf } from './index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

describe('the package', () => {
  it('ships what it imports', () => {
    expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'generated']));
    const imports = Object.values(manifest.imports).flatMap((target) =>
      typeof target === 'string' ? target : Object.values(target as object),
    );
    for (const path of imports) expect([path, existsSync(`${root}${path}`)]).toEqual([path, true]);
  });

  it('pins TensorFlow.js exactly, the optional parts too', () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = manifest;
    expect(dependencies).toMatchObject({
      '@tensorflow/tfjs-core': '4.22.0',
      '@tensorflow/tfjs-backend-cpu': '4.22.0',
      '@tensorflow/tfjs-backend-wasm': '4.22.0',
    });
    expect(Object.keys(peerDependenciesMeta)).toEqual(Object.keys(peerDependencies));
  });

  it('has gradients in Node', () => {
    expect(tf.getGradient('BatchMatMul')).toBeDefined();
    expect(tf.getGradient('Softmax')).toBeDefined();
  });

  it('bundles for browsers with one core and its gradients, and separate backends', async () => {
    const { outputFiles } = await build({
      stdin: { contents: `export * from './dist/index.js';`, resolveDir: root },
      bundle: true,
      splitting: true,
      format: 'esm',
      outdir: 'out',
      write: false,
      platform: 'browser',
      external: ['@tensorflow/tfjs-backend-webgpu', 'webgpu'],
      logLevel: 'silent',
    });
    const count = (text: string) => outputFiles.reduce((sum, file) => sum + file.text.split(text).length - 1, 0);
    expect(count('batchMatMulGradConfig = {')).toBe(1);
    expect(count('function getOrMakeEngine(')).toBe(1);
    const entry = outputFiles.find(({ path }) => path.endsWith('stdin.js'))!;
    expect(entry.text).not.toContain('BackendWasm');
    // Only Node reads wheels.
    expect(count('central directory')).toBe(0);
  });
});

describe('variables and readers', () => {
  it('hold a copy of their values and read back', async () => {
    await selectBackend({ prefer: 'wasm' });
    const before = memory();
    const values = Float32Array.of(1, 2, 3, 4);
    const variable = createVariable('four', values, [2, 2]);
    values.fill(0);
    expect(memory()).toEqual({ numTensors: before.numTensors + 1, bytes: before.bytes + 16 });
    expect(await readAll([variable, variable])).toEqual([Float32Array.of(1, 2, 3, 4), Float32Array.of(1, 2, 3, 4)]);
    variable.dispose();
    expect(memory()).toEqual(before);
  });

  it.each(['wasm', 'cpu'] as const)('are read at once without a copy: %s', async (backend) => {
    await selectBackend({ prefer: backend });
    const before = memory();
    const tensors = [tf.tensor([1, 2, 3]), tf.tidy(() => tf.mul(tf.tensor([1, 2, 3, 4], [2, 2]), 2))];
    const values = await hostValues(tensors);
    expect(values.map((some) => [...some])).toEqual([
      [1, 2, 3],
      [2, 4, 6, 8],
    ]);
    // The same memory both times: nothing is allocated.
    const again = await hostValues(tensors);
    for (const [at, some] of values.entries()) {
      expect(again[at]!.buffer).toBe(some.buffer);
      expect(again[at]!.byteOffset).toBe(some.byteOffset);
    }
    tf.dispose(tensors);
    expect(memory()).toEqual(before);
  });

  it('must have as many values as their shape holds', () => {
    expect(() => createVariable('w', new Float32Array(3), [2, 2])).toThrow(
      '@kaleido/backend: variable "w" of shape [2, 2] needs 4 values, found 3; pass as many values as the shape has elements',
    );
  });
});
