import { KaleidoError } from '@kaleido/foundation';
import { isNode } from '../platform/is-node.ts';
import { tf } from '../tensorflow.ts';
import { guardAllocation } from '../wasm/guard-allocation.ts';
import type { WasmBackend } from '../wasm/kernel-memory.ts';
import { registerKernels } from '../wasm/register-kernels.ts';
import { assertServed } from './wasm-files.ts';

/** TensorFlow.js loads the files once per process or page. */
let hasStarted = false;

/**
 * WebAssembly with 128-bit SIMD on one thread.
 *
 * @param folder where a browser finds the `.wasm` files of `@tensorflow/tfjs-backend-wasm` (an URL that ends in `/`);
 *   Node finds them by itself.
 * @returns whether the fused kernels run; without 128-bit SIMD every operation is composed, which is several times slower
 */
export async function openWasm(folder: string | undefined): Promise<boolean> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  // One thread per backend: workers with a backend each use the other cores, and their sums have a fixed order.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (folder !== undefined && !hasStarted) {
    if (!isNode()) await assertServed(folder);
    try {
      setWasmPaths(folder);
    } catch {
      throw didNotStart('it was started without wasmFolder before; reload the page');
    }
  }
  if (!(await tf.setBackend('wasm')))
    throw didNotStart(
      'in a browser, serve the .wasm files of @tensorflow/tfjs-backend-wasm and set wasmFolder to their folder',
      folder,
    );
  hasStarted = true;
  guardAllocation(tf.backend() as unknown as WasmBackend);
  return registerKernels();
}

function didNotStart(advice: string, found?: string): KaleidoError {
  return new KaleidoError({
    source: 'backend',
    problem: 'the WebAssembly backend did not start',
    ...(found === undefined ? {} : { found }),
    advice,
  });
}
