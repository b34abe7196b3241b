import type { WasmKernel } from '../wasm-kernel.ts';

export const pool: WasmKernel<'pool'> = (memory, { x, weights }, { transposed }) => {
  const [batch, inputs, width] = x.shape as [number, number, number];
  const shared = weights.shape.length === 2;
  const [rows, columns] = weights.shape.slice(-2) as [number, number];
  const outputs = transposed ? columns : rows;
  const target = memory.allocate(batch, outputs, width);
  memory.run.pool(
    memory.address(x),
    memory.address(weights, (shared ? 1 : batch) * outputs * inputs),
    memory.address(target),
    batch,
    outputs,
    inputs,
    width,
    transposed ? 1 : inputs,
    transposed ? outputs : 1,
    shared ? 1 : 0,
  );
  return target;
};
