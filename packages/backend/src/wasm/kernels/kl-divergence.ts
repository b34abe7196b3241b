import { matrixShape } from '../matrix-shape.ts';
import type { WasmKernel } from '../wasm-kernel.ts';

export const divergence: WasmKernel<'divergence'> = (memory, { target, logits }) => {
  const [rows, width] = matrixShape(logits);
  const losses = memory.allocate(rows);
  const probabilities = memory.allocate(rows, width);
  memory.run.divergence(
    memory.address(target, rows * width),
    memory.address(logits),
    memory.address(losses),
    memory.address(probabilities),
    rows,
    width,
  );
  return [losses, probabilities];
};

export const divergenceGradient: WasmKernel<'divergenceGradient'> = (memory, { gradient, target, probabilities }) => {
  const [rows, width] = matrixShape(probabilities);
  const dlogits = memory.allocate(rows, width);
  memory.run.divergenceGradient(
    memory.address(gradient),
    memory.address(target),
    memory.address(probabilities),
    memory.address(dlogits),
    rows,
    width,
  );
  return dlogits;
};
