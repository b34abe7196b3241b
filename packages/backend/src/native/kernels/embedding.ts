import { float, type } from '../attributes.ts';
import type { NativeKernel } from '../native-kernel.ts';
import { dataTypes } from '../native-types.ts';

export const gatherRows: NativeKernel<'gatherRows'> = (kernels, { table, ids }) => {
  const attributes = [
    type('Tparams', dataTypes.TF_FLOAT),
    type('Tindices', dataTypes.TF_INT32),
    type('Taxis', dataTypes.TF_INT32),
  ];
  const inputs = [kernels.id(table), kernels.id(ids), kernels.integers([0], [])];
  return kernels.run('GatherV2', attributes, inputs, { shape: [...ids.shape, table.shape[1]!] });
};

export const scatterAddRows: NativeKernel<'scatterAddRows'> = (kernels, { source, ids }, { rows }) => {
  const attributes = [float, type('Tindices', dataTypes.TF_INT32), type('Tnumsegments', dataTypes.TF_INT32)];
  const inputs = [kernels.id(source), kernels.id(ids), kernels.integers([rows], [])];
  return kernels.run('UnsortedSegmentSum', attributes, inputs, { shape: [rows, source.shape[1]!] });
};
