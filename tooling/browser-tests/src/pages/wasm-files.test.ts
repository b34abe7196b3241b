import { selectBackend, tf } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { describe, expect, it } from 'vitest';

/** The error when the files are loaded from a folder. */
async function errorOf(wasmFolder: string): Promise<unknown> {
  return selectBackend({ prefer: 'wasm', wasmFolder }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a page whose bundler omitted the .wasm files', () => {
  it.each([
    ['no file', '/refused/'],
    ['the page itself, as development servers answer', '/nowhere/'],
    ['nothing', 'http://127.0.0.1:9/'],
  ])('gets an error if its server returns %s', async (_, folder) => {
    const error = await errorOf(folder);
    expect(KaleidoError.isInstance(error)).toBe(true);
    expect((error as KaleidoError).message).toMatch(
      /^@kaleido\/backend: .*"wasm".*serve the \.wasm files of @tensorflow\/tfjs-backend-wasm/,
    );
    expect((error as KaleidoError).found).toBe(`${folder}tfjs-backend-wasm-simd.wasm`);
  });

  it('computes once they are available', async () => {
    const { description } = await selectBackend({ prefer: 'wasm', wasmFolder: '/' });
    expect(description).toBe('wasm (asked for)');
    expect(await tf.tidy(() => tf.add(1, 2)).data()).toEqual(Float32Array.of(3));
  });
});
