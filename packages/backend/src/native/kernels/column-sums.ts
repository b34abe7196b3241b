import { flag, float, type } from '../attributes.ts';
import type { NativeKernel } from '../native-kernel.ts';
import { dataTypes } from '../native-types.ts';

export const columnSums: NativeKernel<'columnSums'> = (kernels, { x }) => {
  const attributes = [float, flag('keep_dims', false), type('Tidx', dataTypes.TF_INT32)];
  return kernels.run('Sum', attributes, [kernels.id(x), kernels.integers([0])], { shape: [x.shape[1]!] });
};
