import { eachRow } from '../each-row.ts';
import { rowThreads } from '../shader-parts.ts';
import type { WebgpuKernel } from '../webgpu-kernel.ts';
import { u32 } from '../webgpu-kernels.ts';

export const divergence: WebgpuKernel<'divergence'> = (kernels, { target, logits }) => {
  const [rows, width] = logits.shape as [number, number];
  const losses = kernels.make({ shape: [rows] });
  const probabilities = kernels.make(logits);
  eachRow(kernels, {
    key: 'divergence',
    rows,
    inputs: [
      ['wanted', target],
      ['logits', logits],
    ],
    outputs: [
      ['losses', losses],
      ['p', probabilities],
    ],
    settings: { width: u32(width) },
    body: `
let start = row * settings.width;
var top = smallestNumber;
for (var i = thread; i < settings.width; i += ${rowThreads}u) { top = max(top, logits[start + i]); }
top = largest(top, thread);
var sum = 0.0;
for (var i = thread; i < settings.width; i += ${rowThreads}u) { sum += power(logits[start + i] - top); }
sum = total(sum, thread);
var loss = 0.0;
for (var i = thread; i < settings.width; i += ${rowThreads}u) {
  let probability = power(logits[start + i] - top) / sum;
  p[start + i] = probability;
  let t = clamp(wanted[start + i], 1e-7, 1.0);
  loss += t * (log(t) - log(clamp(probability, 1e-7, 1.0)));
}
loss = total(loss, thread);
if (thread == 0u) { losses[row] = loss; }`,
  });
  return [losses, probabilities];
};

export const divergenceGradient: WebgpuKernel<'divergenceGradient'> = (
  kernels,
  { gradient, target, probabilities },
) => {
  const [rows, width] = probabilities.shape as [number, number];
  const made = kernels.make(probabilities);
  eachRow(kernels, {
    key: 'divergence gradient',
    rows,
    inputs: [
      ['dy', gradient],
      ['wanted', target],
      ['p', probabilities],
    ],
    outputs: [['dx', made]],
    settings: { width: u32(width) },
    // Only values that are not clipped pass a gradient: g = -t / p there, then p * (g - sum(p * g)) by the softmax.
    functions: 'fn passing(t: f32, p: f32) -> f32 { return select(0.0, clamp(t, 1e-7, 1.0), p > 1e-7); }',
    body: `
let start = row * settings.width;
var sum = 0.0;
for (var i = thread; i < settings.width; i += ${rowThreads}u) { sum += passing(wanted[start + i], p[start + i]); }
sum = total(sum, thread);
for (var i = thread; i < settings.width; i += ${rowThreads}u) {
  dx[start + i] = dy[row] * (p[start + i] * sum - passing(wanted[start + i], p[start + i]));
}`,
  });
  return made;
};
