import { sizeOf } from '../../size-of.ts';
import type { WasmKernel } from '../wasm-kernel.ts';

export const gelu: WasmKernel<'gelu'> = (memory, { x }) => {
  const y = memory.allocate(...x.shape);
  memory.run.gelu(memory.address(x), memory.address(y), sizeOf(x));
  return y;
};

export const geluGradient: WasmKernel<'geluGradient'> = (memory, { gradient, x }) => {
  const dx = memory.allocate(...x.shape);
  memory.run.geluGradient(memory.address(gradient), memory.address(x), memory.address(dx), sizeOf(x));
  return dx;
};
