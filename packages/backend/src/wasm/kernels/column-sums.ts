import { matrixShape } from '../matrix-shape.ts';
import type { WasmKernel } from '../wasm-kernel.ts';

export const columnSums: WasmKernel<'columnSums'> = (memory, { x }) => {
  const [rows, width] = matrixShape(x);
  const sums = memory.allocate(width);
  memory.run.columnSums(memory.address(x), memory.address(sums), rows, width);
  return sums;
};
