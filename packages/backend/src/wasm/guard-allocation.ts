import { outOfMemory } from '../out-of-memory.ts';
import type { WasmBackend } from './kernel-memory.ts';

const guarded = new WeakSet<object>();

/**
 * Makes TensorFlow.js' WebAssembly backend throw where its memory is full. It does not check what its allocation
 * returns: its kernels would overwrite the start of the memory, or crash the process.
 */
export function guardAllocation({ wasm }: WasmBackend): void {
  if (guarded.has(wasm)) return;
  guarded.add(wasm);
  // The first call replaces this function with the module's own, so make that call before ours is set.
  wasm._free(wasm._malloc(8));
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    // A size above 32 bits would be truncated; above 2 GB the address is returned as a negative number.
    const address = bytes < 2 ** 32 ? allocate(bytes) >>> 0 : 0;
    if (address === 0 && bytes > 0) throw outOfMemory('the WebAssembly backend', `${bytes} bytes`);
    return address;
  };
}
