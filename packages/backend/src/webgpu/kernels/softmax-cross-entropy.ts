import { eachElement } from '../each-element.ts';
import { eachRow } from '../each-row.ts';
import { rowThreads } from '../shader-parts.ts';
import type { WebgpuKernel } from '../webgpu-kernel.ts';
import { u32 } from '../webgpu-kernels.ts';

export const softmaxCrossEntropy: WebgpuKernel<'softmaxCrossEntropy'> = (kernels, { logits, labels }) => {
  const [rows, classes] = logits.shape as [number, number];
  const losses = kernels.make({ shape: [rows] });
  // The gradient needs only `probabilities - oneHot`.
  const differences = kernels.make(logits);
  eachRow(kernels, {
    key: 'softmax cross-entropy',
    rows,
    inputs: [
      ['logits', logits],
      ['labels', labels],
    ],
    outputs: [
      ['losses', losses],
      ['differences', differences],
    ],
    settings: { classes: u32(classes) },
    body: `
let start = row * settings.classes;
var top = smallestNumber;
for (var i = thread; i < settings.classes; i += ${rowThreads}u) { top = max(top, logits[start + i]); }
top = largest(top, thread);
var sum = 0.0;
for (var i = thread; i < settings.classes; i += ${rowThreads}u) { sum += power(logits[start + i] - top); }
sum = total(sum, thread);
let label = u32(labels[row]);
for (var i = thread; i < settings.classes; i += ${rowThreads}u) {
  differences[start + i] = power(logits[start + i] - top) / sum - select(0.0, 1.0, i == label);
}
let loss = log(sum) - (logits[start + label] - top);
if (thread == 0u) { losses[row] = select(loss, sum, is_nan(sum)); }`,
  });
  return [losses, differences];
};

export const softmaxCrossEntropyGradient: WebgpuKernel<'softmaxCrossEntropyGradient'> = (
  kernels,
  { gradient, saved },
) => {
  const made = kernels.make(saved);
  eachElement(kernels, {
    key: 'scale rows',
    inputs: [
      ['factors', gradient],
      ['x', saved],
    ],
    outputs: [['y', made]],
    settings: { width: u32(saved.shape[1]!) },
    body: 'y[i] = x[i] * factors[i / settings.width];',
  });
  return made;
};
