import { dropoutSettings } from '../dropout-settings.ts';
import { eachElement } from '../each-element.ts';
import { dropoutFactor } from '../shader-parts.ts';
import type { WebgpuKernel } from '../webgpu-kernel.ts';

export const dropout: WebgpuKernel<'dropout'> = (kernels, { x }, mask) => {
  const made = kernels.make(x);
  eachElement(kernels, {
    key: 'dropout',
    inputs: [['x', x]],
    outputs: [['y', made]],
    settings: dropoutSettings(mask),
    functions: dropoutFactor,
    body: 'y[i] = x[i] * dropout_factor(i);',
  });
  return made;
};
