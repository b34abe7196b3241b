import { rowReductions, rowThreads } from './shader-parts.ts';
import { type Dispatch, type Setting, spread, u32, type WebgpuKernels, workIndex } from './webgpu-kernels.ts';

interface RowKernel {
  readonly key: string;
  readonly rows: number;
  readonly inputs: Dispatch['inputs'];
  readonly outputs: Dispatch['inputs'];
  readonly settings: Readonly<Record<string, Setting>>;
  readonly functions?: string;
  /** WGSL for one `row`, run by `rowThreads` threads, each with its index `thread`. */
  readonly body: string;
}

/** Records a kernel in which a workgroup computes each row. */
export function eachRow(kernels: WebgpuKernels, { rows, settings, functions = '', body, ...kernel }: RowKernel): void {
  kernels.dispatch({
    ...kernel,
    settings: { ...settings, rows: u32(rows) },
    workgroups: spread(rows),
    source: () => `
${rowReductions}
${functions}
@compute @workgroup_size(${rowThreads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = ${workIndex};
  if (row >= settings.rows) { return; }
  ${body}
}`,
  });
}
