import { sizeOf } from '../../size-of.ts';
import type { WasmKernel } from '../wasm-kernel.ts';

export const adamW: WasmKernel<'adamW'> = (
  memory,
  { parameter, gradient, first, second, scale },
  { beta1, beta2, correctedRate, epsilon, keep },
) => {
  // New memory for each output: the backend caches packed copies of weights by tensor.
  const newParameter = memory.allocate(...parameter.shape);
  const newFirst = memory.allocate(...parameter.shape);
  const newSecond = memory.allocate(...parameter.shape);
  memory.run.adamW(
    memory.address(parameter),
    memory.address(gradient, sizeOf(parameter)),
    memory.address(first, sizeOf(parameter)),
    memory.address(second, sizeOf(parameter)),
    memory.address(newParameter),
    memory.address(newFirst),
    memory.address(newSecond),
    sizeOf(parameter),
    memory.number(scale),
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    correctedRate,
    epsilon,
    keep,
  );
  return [newParameter, newFirst, newSecond];
};
