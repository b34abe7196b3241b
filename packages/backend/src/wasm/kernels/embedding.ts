import { sizeOf } from '../../size-of.ts';
import { matrixShape } from '../matrix-shape.ts';
import type { WasmKernel } from '../wasm-kernel.ts';

export const gatherRows: WasmKernel<'gatherRows'> = (memory, { table, ids }) => {
  const [rows, width] = matrixShape(table);
  const count = sizeOf(ids);
  const target = memory.allocate(count, width);
  memory.run.gatherTableRows(
    memory.address(table),
    memory.indices(ids, count, rows, 'an id'),
    memory.address(target),
    count,
    width,
  );
  return target;
};

export const scatterAddRows: WasmKernel<'scatterAddRows'> = (memory, { source, ids }, { rows }) => {
  const [count, width] = matrixShape(source);
  const target = memory.allocate(rows, width);
  memory.run.scatterAddRows(
    memory.address(source),
    memory.indices(ids, count, rows, 'an id'),
    memory.address(target),
    count,
    rows,
    width,
  );
  return target;
};
