import type { TensorInfo } from '@tensorflow/tfjs-core';
import { u32, type WebgpuKernels } from './webgpu-kernels.ts';

/** The least number of rows that a workgroup adds up in each column. */
const rowsOfChunk = 64;
const mostChunks = 128;

/** Several sums of each column at once: first within chunks of rows, then over the chunks, always in the same order. */
export function addColumns(
  kernels: WebgpuKernels,
  key: string,
  inputs: [string, TensorInfo][],
  outputs: readonly TensorInfo[],
  rows: number,
  columns: number,
  terms: () => string[],
): void {
  if (rows === 0) {
    for (const output of outputs) kernels.clear(output);
    return;
  }
  const chunks = Math.max(1, Math.min(mostChunks, Math.floor(rows / rowsOfChunk)));
  const parts = chunks === 1 ? outputs : outputs.map(() => kernels.make({ shape: [chunks, columns] }));
  const names = outputs.map((_, index) => `sums${index}`);
  const source = (values: readonly string[]): string => `
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= settings.columns) { return; }
  ${names.map((_, index) => `var total${index} = 0.0;`).join(' ')}
  let end = min(settings.rows, (id.y + 1u) * settings.chunk);
  for (var row = id.y * settings.chunk; row < end; row++) {
    let place = row * settings.columns + column;
    ${values.map((value, index) => `total${index} += ${value};`).join(' ')}
  }
  ${names.map((name, index) => `${name}[id.y * settings.columns + column] = total${index};`).join(' ')}
}`;
  const columnGroups = Math.ceil(columns / 64);
  const bind = (tensors: readonly TensorInfo[], prefix: string): [string, TensorInfo][] =>
    tensors.map((tensor, index) => [`${prefix}${index}`, tensor]);
  kernels.dispatch({
    key,
    inputs,
    outputs: bind(parts, 'sums'),
    settings: { rows: u32(rows), columns: u32(columns), chunk: u32(Math.ceil(rows / chunks)) },
    workgroups: [columnGroups, chunks],
    source: () => source(terms()),
  });
  if (parts === outputs) return;
  kernels.dispatch({
    key: `${key}, chunks`,
    inputs: bind(parts, 'part'),
    outputs: bind(outputs, 'sums'),
    settings: { rows: u32(chunks), columns: u32(columns), chunk: u32(chunks) },
    workgroups: [columnGroups, 1],
    source: () => source(names.map((_, index) => `part${index}[place]`)),
  });
  for (const part of parts) kernels.discard(part);
}
