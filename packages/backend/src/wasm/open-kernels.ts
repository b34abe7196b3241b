import { kernels } from '#kernels';
import type { KernelExports } from './kernel-exports.ts';

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Our kernels on a memory, which the caller allocates and grows.
 * @throws where the engine does not support 128-bit SIMD
 */
export async function openKernels(memory: WebAssembly.Memory): Promise<KernelExports> {
  compiled ??= compile();
  const instance = await WebAssembly.instantiate(await compiled, { env: { memory } });
  return instance.exports as unknown as KernelExports;
}

function compile(): Promise<WebAssembly.Module> {
  allowRelaxedSimd();
  const relaxed = decode(kernels.relaxed);
  return WebAssembly.compile(WebAssembly.validate(relaxed) ? relaxed : decode(kernels.plain));
}

/**
 * In Node 20 relaxed SIMD is complete, but behind a V8 flag; its fused multiply-adds make products at least a fifth
 * faster. Later versions need no flag.
 */
function allowRelaxedSimd(): void {
  if (typeof process !== 'object' || !process.versions?.node?.startsWith('20.')) return;
  process.getBuiltinModule('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
