import { named } from '../function-name.ts';
import { thin, withMask } from '../graph-dropout.ts';
import type { NativeKernel } from '../native-kernel.ts';

export const dropout: NativeKernel<'dropout'> = (kernels, { x }, mask) =>
  withMask(kernels, mask, (maskInputs) =>
    kernels.call({
      name: `KaleidoDropout_${named(mask.scale)}`,
      inputs: [x, ...maskInputs],
      outputs: [x],
      compiled: true,
      write: (graph, [input, ...keysOfMask]) => [thin(graph, input, keysOfMask, mask.scale)],
    }),
  )[0];
