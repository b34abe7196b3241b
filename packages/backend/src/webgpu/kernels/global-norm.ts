import { sizeOf } from '../../size-of.ts';
import { eachRow } from '../each-row.ts';
import { rowThreads } from '../shader-parts.ts';
import type { WebgpuKernel } from '../webgpu-kernel.ts';
import { type Setting, u32 } from '../webgpu-kernels.ts';

/** Numbers whose squares a workgroup adds up. */
const normBlock = 16_384;
/** WebGPU guarantees eight storage buffers per kernel. */
const mostNormInputs = 7;

export const globalNorm: WebgpuKernel<'globalNorm'> = (kernels, tensors) => {
  const all = Object.values(tensors).filter((tensor) => sizeOf(tensor) > 0);
  const blocksOf = all.map((tensor) => Math.ceil(sizeOf(tensor) / normBlock));
  const count = blocksOf.reduce((sum, blocks) => sum + blocks, 0);
  const sums = kernels.make({ shape: [Math.max(1, count)] });
  let begin = 0;
  for (let from = 0; from < all.length; from += mostNormInputs) {
    const group = all.slice(from, from + mostNormInputs);
    const ends = group.map((_, index) =>
      blocksOf.slice(from, from + index + 1).reduce((sum, blocks) => sum + blocks, 0),
    );
    const blocks = ends.at(-1)!;
    const settings: Record<string, Setting> = { begin: u32(begin) };
    for (const [index, tensor] of group.entries()) {
      settings[`end${index}`] = u32(ends[index]!);
      settings[`size${index}`] = u32(sizeOf(tensor));
    }
    const branches = group.map(
      (_, index) => `if (row < settings.end${index}) {
  let start = (row - ${index === 0 ? '0u' : `settings.end${index - 1}`}) * ${normBlock}u;
  let end = min(settings.size${index}, start + ${normBlock}u);
  for (var i = start + thread; i < end; i += ${rowThreads}u) { sum += x${index}[i] * x${index}[i]; }
}`,
    );
    eachRow(kernels, {
      key: `sums of squares ${group.length}`,
      rows: blocks,
      inputs: group.map((tensor, index) => [`x${index}`, tensor] as const),
      outputs: [['sums', sums]],
      settings,
      body: `
var sum = 0.0;
${branches.join(' else ')}
sum = total(sum, thread);
if (thread == 0u) { sums[settings.begin + row] = sum; }`,
    });
    begin += blocks;
  }
  const norm = kernels.make({ shape: [] });
  eachRow(kernels, {
    key: 'norm',
    rows: 1,
    inputs: [['sums', sums]],
    outputs: [['norm', norm]],
    settings: { count: u32(count) },
    body: `
var sum = 0.0;
for (var i = thread; i < settings.count; i += ${rowThreads}u) { sum += sums[i]; }
sum = total(sum, thread);
if (thread == 0u) { norm[row] = sqrt(sum); }`,
  });
  kernels.discard(sums);
  return norm;
};
