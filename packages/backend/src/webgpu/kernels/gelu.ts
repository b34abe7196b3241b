import { eachElement } from '../each-element.ts';
import { geluFunctions } from '../shader-parts.ts';
import type { WebgpuKernel } from '../webgpu-kernel.ts';

export const gelu: WebgpuKernel<'gelu'> = (kernels, { x }) => {
  const made = kernels.make(x);
  eachElement(kernels, {
    key: 'gelu',
    inputs: [['x', x]],
    outputs: [['y', made]],
    functions: geluFunctions,
    body: 'y[i] = gelu(x[i]);',
  });
  return made;
};

export const geluGradient: WebgpuKernel<'geluGradient'> = (kernels, { gradient, x }) => {
  const made = kernels.make(x);
  eachElement(kernels, {
    key: 'gelu gradient',
    inputs: [
      ['dy', gradient],
      ['x', x],
    ],
    outputs: [['dx', made]],
    functions: geluFunctions,
    // With t = tanh(u): (1 + t) / 2 + x / 2 * (1 - t^2) * u'. For large x 1 - t^2 is 0, and x^2 must not make it NaN.
    body: `
let t = gelu_tanh(x[i]);
let near = clamp(x[i], -20.0, 20.0);
let slope = 0.7978845608 * (1.0 + 0.134145 * near * near);
dx[i] = dy[i] * 0.5 * (1.0 + t + near * (1.0 - t * t) * slope);`,
  });
  return made;
};
