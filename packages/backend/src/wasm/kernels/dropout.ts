import { sizeOf } from '../../size-of.ts';
import type { WasmKernel } from '../wasm-kernel.ts';

export const dropout: WasmKernel<'dropout'> = (memory, { x }, { threshold, firstKey, secondKey, scale }) => {
  const y = memory.allocate(...x.shape);
  memory.run.dropout(memory.address(x), memory.address(y), 0, sizeOf(x), threshold, firstKey, secondKey, scale);
  return y;
};
