import { matrixShape } from '../matrix-shape.ts';
import type { WasmKernel } from '../wasm-kernel.ts';

export const matrixProduct: WasmKernel<'matrixProduct'> = (memory, { a, b, bias }, { transposeA, transposeB }) => {
  const [aRows, aColumns] = matrixShape(a);
  const [bRows, bColumns] = matrixShape(b);
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const n = transposeB ? bRows : bColumns;
  const scratch = memory.scratch(memory.run.matrixProductScratch());
  const c = memory.allocate(m, n);
  memory.run.matrixProduct(
    memory.address(a),
    transposeA ? 1 : aColumns,
    transposeA ? aColumns : 1,
    memory.address(b, k * n),
    transposeB ? 1 : bColumns,
    transposeB ? bColumns : 1,
    memory.address(c),
    n,
    m,
    n,
    k,
    bias === undefined ? 0 : memory.address(bias, n),
    scratch,
  );
  return c;
};
