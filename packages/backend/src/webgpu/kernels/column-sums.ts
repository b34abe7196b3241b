import { addColumns } from '../add-columns.ts';
import type { WebgpuKernel } from '../webgpu-kernel.ts';

export const columnSums: WebgpuKernel<'columnSums'> = (kernels, { x }) => {
  const [rows, columns] = x.shape as [number, number];
  const made = kernels.make({ shape: [columns] });
  addColumns(kernels, 'column sums', [['x', x]], [made], rows, columns, () => ['x[place]']);
  return made;
};
