import type { TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../size-of.ts';
import { addColumns } from '../add-columns.ts';
import { eachRow } from '../each-row.ts';
import { rowThreads } from '../shader-parts.ts';
import type { WebgpuKernel } from '../webgpu-kernel.ts';
import { f32, u32 } from '../webgpu-kernels.ts';

export const layerNorm: WebgpuKernel<'layerNorm'> = (kernels, { x, residual, gamma, beta }, { epsilon }) => {
  const width = x.shape.at(-1)!;
  const rows = sizeOf(x) / Math.max(1, width);
  const [y, normalised] = [kernels.make(x), kernels.make(x)];
  const reciprocals = kernels.make({ shape: [...x.shape.slice(0, -1), 1] });
  const value = residual === undefined ? 'x[start + i]' : '(x[start + i] + residual[start + i])';
  eachRow(kernels, {
    key: `layer norm ${residual !== undefined}`,
    rows,
    inputs: [
      ['x', x],
      ['gamma', gamma],
      ['beta', beta],
      ...(residual === undefined ? [] : [['residual', residual] as const]),
    ],
    outputs: [
      ['y', y],
      ['normalised', normalised],
      ['reciprocals', reciprocals],
    ],
    settings: { width: u32(width), epsilon: f32(epsilon) },
    body: `
let start = row * settings.width;
var sum = 0.0;
for (var i = thread; i < settings.width; i += ${rowThreads}u) { sum += ${value}; }
let rough = total(sum, thread) / f32(settings.width);
// Once more from there: rounding a large mean loses digits of the deviations.
var rest = 0.0;
for (var i = thread; i < settings.width; i += ${rowThreads}u) { rest += ${value} - rough; }
let mean_rest = total(rest, thread) / f32(settings.width);
var squares = 0.0;
for (var i = thread; i < settings.width; i += ${rowThreads}u) { let d = (${value} - rough) - mean_rest; squares += d * d; }
let reciprocal = 1.0 / sqrt(total(squares, thread) / f32(settings.width) + settings.epsilon);
for (var i = thread; i < settings.width; i += ${rowThreads}u) {
  let n = ((${value} - rough) - mean_rest) * reciprocal;
  normalised[start + i] = n;
  y[start + i] = n * gamma[i] + beta[i];
}
if (thread == 0u) { reciprocals[row] = reciprocal; }`,
  });
  return [y, normalised, reciprocals];
};

export const layerNormGradient: WebgpuKernel<'layerNormGradient'> = (
  kernels,
  { gradient, normalised, reciprocals, gamma },
) => {
  const width = gamma.shape[0]!;
  const rows = sizeOf(gradient) / Math.max(1, width);
  const dx = kernels.make(gradient);
  eachRow(kernels, {
    key: 'layer norm gradient',
    rows,
    inputs: [
      ['dy', gradient],
      ['normalised', normalised],
      ['reciprocals', reciprocals],
      ['gamma', gamma],
    ],
    outputs: [['dx', dx]],
    settings: { width: u32(width) },
    body: `
let start = row * settings.width;
var sum = 0.0;
var along = 0.0;
for (var i = thread; i < settings.width; i += ${rowThreads}u) {
  let inner = dy[start + i] * gamma[i];
  sum += inner;
  along += inner * normalised[start + i];
}
let mean = total(sum, thread) / f32(settings.width);
let slope = total(along, thread) / f32(settings.width);
for (var i = thread; i < settings.width; i += ${rowThreads}u) {
  let inner = dy[start + i] * gamma[i];
  dx[start + i] = (inner - mean - normalised[start + i] * slope) * reciprocals[row];
}`,
  });
  const [dgamma, dbeta] = [kernels.make(gamma), kernels.make(gamma)];
  const read: [string, TensorInfo][] = [
    ['dy', gradient],
    ['normalised', normalised],
  ];
  addColumns(kernels, 'layer norm sums', read, [dgamma, dbeta], rows, width, () => [
    'dy[place] * normalised[place]',
    'dy[place]',
  ]);
  return [dx, dgamma, dbeta];
};
