import { sizeOf } from '../../size-of.ts';
import type { WasmKernel } from '../wasm-kernel.ts';

export const globalNorm: WasmKernel<'globalNorm'> = (memory, tensors) => {
  let sum = 0;
  for (const tensor of Object.values(tensors)) sum += memory.run.sumOfSquares(memory.address(tensor), sizeOf(tensor));
  return memory.scalar(Math.sqrt(sum));
};
