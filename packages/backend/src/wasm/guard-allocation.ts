import { outOfMemory } from '../out-of-memory.ts';
import type { WasmBackend } from './kernel-memory.ts';

const guarded = new WeakSet<object>();

/**
 * Makes TensorFlow.js' WebAssembly backend throw where its memory is full. It does not look at what its allocation
 * returned: its kernels would write over the start of the memory, or end the process.
 */
export function guardAllocation({ wasm }: WasmBackend): void {
  if (guarded.has(wasm)) return;
  guarded.add(wasm);
  // The first call puts the module's own function in its place, and would take ours away.
  wasm._free(wasm._malloc(8));
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    // More than 32 bits hold would be cut to what they hold; above 2 GB the address comes back as a negative number.
    const address = bytes < 2 ** 32 ? allocate(bytes) >>> 0 : 0;
    if (address === 0 && bytes > 0) throw outOfMemory('the WebAssembly memory', `${bytes} bytes`);
    return address;
  };
}
