import { matrixShape } from '../matrix-shape.ts';
import type { WasmKernel } from '../wasm-kernel.ts';

export const layerNorm: WasmKernel<'layerNorm'> = (memory, { x, residual, gamma, beta }, { epsilon }) => {
  const [rows, width] = matrixShape(x);
  const y = memory.allocate(...x.shape);
  const normalised = memory.allocate(...x.shape);
  const reciprocals = memory.allocate(rows);
  memory.run.layerNorm(
    memory.address(x),
    residual === undefined ? 0 : memory.address(residual, rows * width),
    memory.address(gamma, width),
    memory.address(beta, width),
    memory.address(y),
    memory.address(normalised),
    memory.address(reciprocals),
    rows,
    width,
    epsilon,
  );
  return [y, normalised, reciprocals];
};

export const layerNormGradient: WasmKernel<'layerNormGradient'> = (
  memory,
  { gradient, normalised, reciprocals, gamma },
) => {
  const [rows, width] = matrixShape(gradient);
  const dx = memory.allocate(...gradient.shape);
  const dgamma = memory.allocate(width);
  const dbeta = memory.allocate(width);
  memory.run.layerNormGradient(
    memory.address(gradient),
    memory.address(normalised),
    memory.address(reciprocals),
    memory.address(gamma),
    memory.address(dx),
    memory.address(dgamma),
    memory.address(dbeta),
    rows,
    width,
  );
  return [dx, dgamma, dbeta];
};
