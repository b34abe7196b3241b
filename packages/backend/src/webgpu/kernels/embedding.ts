import { sizeOf } from '../../size-of.ts';
import { eachElement } from '../each-element.ts';
import { eachRow } from '../each-row.ts';
import { rowThreads } from '../shader-parts.ts';
import type { WebgpuKernel } from '../webgpu-kernel.ts';
import { u32 } from '../webgpu-kernels.ts';

export const gatherRows: WebgpuKernel<'gatherRows'> = (kernels, { table, ids }) => {
  const width = table.shape[1]!;
  const made = kernels.make({ shape: [...ids.shape, width] });
  eachElement(kernels, {
    key: 'gather rows',
    inputs: [
      ['rows', table],
      ['ids', ids],
    ],
    outputs: [['y', made]],
    settings: { width: u32(width) },
    body: 'y[i] = rows[u32(ids[i / settings.width]) * settings.width + i % settings.width];',
  });
  return made;
};

export const scatterAddRows: WebgpuKernel<'scatterAddRows'> = (kernels, { source, ids }, { rows }) => {
  const width = source.shape[1]!;
  const made = kernels.make({ shape: [rows, width] });
  const count = sizeOf(ids);
  if (count === 0) {
    kernels.clear(made);
    return made;
  }
  // One workgroup for each row of the table reads all ids and adds in their order: no atomics, so the same bits every
  // time.
  eachRow(kernels, {
    key: 'scatter rows',
    rows,
    inputs: [
      ['x', source],
      ['ids', ids],
    ],
    outputs: [['y', made]],
    settings: { width: u32(width), count: u32(count) },
    functions: `
var<workgroup> chunk: array<u32, ${rowThreads}>;
var<workgroup> hits: atomic<u32>;`,
    body: `
for (var i = thread; i < settings.width; i += ${rowThreads}u) { y[row * settings.width + i] = 0.0; }
for (var begin = 0u; begin < settings.count; begin += ${rowThreads}u) {
  if (thread == 0u) { atomicStore(&hits, 0u); }
  workgroupBarrier();
  let place = begin + thread;
  var hit = 0u;
  if (place < settings.count) { hit = select(0u, 1u, u32(ids[place]) == row); }
  chunk[thread] = hit;
  if (hit == 1u) { atomicAdd(&hits, 1u); }
  workgroupBarrier();
  if (atomicLoad(&hits) > 0u) {
    for (var k = 0u; k < ${rowThreads}u; k++) {
      if (chunk[k] == 1u) {
        for (var i = thread; i < settings.width; i += ${rowThreads}u) {
          y[row * settings.width + i] += x[(begin + k) * settings.width + i];
        }
      }
    }
  }
  workgroupBarrier();
}`,
  });
  return made;
};
