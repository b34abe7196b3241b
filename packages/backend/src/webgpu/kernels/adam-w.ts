import type { TensorInfo } from '@tensorflow/tfjs-core';
import { eachElement } from '../each-element.ts';
import type { WebgpuKernel } from '../webgpu-kernel.ts';
import { f32 } from '../webgpu-kernels.ts';

export const adamW: WebgpuKernel<'adamW'> = (kernels, { parameter, gradient, first, second, scale }, settings) => {
  const [w, m, v] = [parameter, first, second].map((tensor) => kernels.changeable(tensor)) as [
    TensorInfo,
    TensorInfo,
    TensorInfo,
  ];
  eachElement(kernels, {
    key: 'adamw',
    inputs: [
      ['gradient', gradient],
      ['scale', scale],
    ],
    outputs: [
      ['w', w],
      ['m', m],
      ['v', v],
    ],
    settings: {
      beta1: f32(settings.beta1),
      beta2: f32(settings.beta2),
      // Subtracted in double precision: 1 - 0.98 in float32 loses digits that 0.02 has.
      rest1: f32(1 - settings.beta1),
      rest2: f32(1 - settings.beta2),
      rate: f32(settings.correctedRate),
      epsilon: f32(settings.epsilon),
      keep: f32(settings.keep),
    },
    body: `
let g = gradient[i] * scale[0];
let first = m[i] * settings.beta1 + g * settings.rest1;
let second = v[i] * settings.beta2 + g * g * settings.rest2;
m[i] = first;
v[i] = second;
w[i] = w[i] * settings.keep - settings.rate * first / (sqrt(second) + settings.epsilon);`,
  });
  return [w, m, v];
};
