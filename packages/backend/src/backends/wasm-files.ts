import { KaleidoError } from '@kaleido/foundation';
import { tf } from '../tensorflow.ts';

/** Seconds for half a megabyte. */
const patience = 60;

/**
 * Makes sure that a server gives a page the `.wasm` file which the backend is about to load: TensorFlow.js starts once a
 * page, and says of a file that is not there only that it did not start.
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
        'copy the .wasm files of @tensorflow/tfjs-backend-wasm/dist to where the page is served from, and name their folder in wasmFolder',
    });
}

async function whyNotWasm(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patience * 1000) });
    if (!response.ok) return `the server has no file for the backend "wasm" (status ${response.status})`;
    // Servers of single pages give their page for whatever they do not have.
    const isWasm = new TextDecoder().decode((await response.arrayBuffer()).slice(0, 4)) === '\0asm';
    return isWasm ? undefined : 'the server gives something else for the file of the backend "wasm"';
  } catch (error) {
    return `the file of the backend "wasm" did not come (${error instanceof Error ? error.message : error})`;
  }
}
