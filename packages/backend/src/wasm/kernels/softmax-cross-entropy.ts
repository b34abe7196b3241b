import { matrixShape } from '../matrix-shape.ts';
import type { WasmKernel } from '../wasm-kernel.ts';

export const softmaxCrossEntropy: WasmKernel<'softmaxCrossEntropy'> = (memory, { logits, labels }) => {
  const [rows, classes] = matrixShape(logits);
  const losses = memory.allocate(rows);
  const probabilities = memory.allocate(rows, classes);
  memory.run.softmaxCrossEntropy(
    memory.address(logits),
    memory.indices(labels, rows, classes, 'a label'),
    memory.address(losses),
    memory.address(probabilities),
    rows,
    classes,
  );
  return [losses, probabilities];
};

export const softmaxCrossEntropyGradient: WasmKernel<'softmaxCrossEntropyGradient'> = (
  memory,
  { gradient, saved, labels },
) => {
  const [rows, classes] = matrixShape(saved);
  const dlogits = memory.allocate(rows, classes);
  memory.run.softmaxCrossEntropyGradient(
    memory.address(gradient),
    memory.address(saved),
    memory.address(labels, rows, 'int32'),
    memory.address(dlogits),
    rows,
    classes,
  );
  return dlogits;
};
