import { sizeOf } from '../size-of.ts';
import { type Dispatch, type Setting, u32, type WebgpuKernels } from './webgpu-kernels.ts';

interface ElementKernel {
  readonly key: string;
  readonly inputs: Dispatch['inputs'];
  /** All of one size. */
  readonly outputs: Dispatch['inputs'];
  readonly settings?: Readonly<Record<string, Setting>>;
  readonly functions?: string;
  /** WGSL for the element `i`. */
  readonly body: string;
}

/** Records a kernel that computes each element by itself. */
export function eachElement(
  kernels: WebgpuKernels,
  { settings = {}, functions = '', body, ...kernel }: ElementKernel,
): void {
  const size = sizeOf(kernel.outputs[0]![1]);
  kernels.dispatch({
    ...kernel,
    settings: { ...settings, size: u32(size) },
    workgroups: [Math.min(65_535, Math.ceil(size / 256))],
    source: () => `
${functions}
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < settings.size; i += groups.x * 256u) {
    ${body}
  }
}`,
  });
}
