import { KaleidoError } from '@kaleido/foundation';
import { tf } from '../tensorflow.ts';

/** Timeout in seconds for half a megabyte. */
const patience = 60;

/**
 * Checks that the server has the `.wasm` file that the backend is about to load. TensorFlow.js starts once per page,
 * and does not say which file is missing.
 *
 * @param folder an URL that ends in `/`
 * @throws KaleidoError where there is no such file, or something else in its place
 */
export async function assertServed(folder: string): Promise<void> {
  const hasSimd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  const url = `${folder}tfjs-backend-wasm${hasSimd ? '-simd' : ''}.wasm`;
  const problem = await whyNotWasm(url);
  if (problem !== undefined)
    throw new KaleidoError({
      source: 'backend',
      problem,
      found: url,
      advice:
        'serve the .wasm files of @tensorflow/tfjs-backend-wasm/dist with the page, and set wasmFolder to their folder',
    });
}

async function whyNotWasm(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patience * 1000) });
    if (!response.ok) return `the server has no file for the backend "wasm" (status ${response.status})`;
    // Servers of single-page apps send the page for every missing file.
    const isWasm = new TextDecoder().decode((await response.arrayBuffer()).slice(0, 4)) === '\0asm';
    return isWasm ? undefined : 'the server sends something that is not WebAssembly for the file of the backend "wasm"';
  } catch (error) {
    return `the file of the backend "wasm" could not be fetched (${error instanceof Error ? error.message : error})`;
  }
}
