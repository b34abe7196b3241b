import type { NativeKernel } from '../native-kernel.ts';

export const globalNorm: NativeKernel<'globalNorm'> = (kernels, tensors) => {
  const all = Object.values(tensors);
  const [made] = kernels.call({
    name: `KaleidoGlobalNorm_${all.length}`,
    inputs: all,
    outputs: [{ shape: [] }],
    write: (graph, inputs) => {
      const halves = inputs.map((x) => graph.operation('L2Loss', [x]));
      return [graph.operation('Sqrt', [graph.scale(graph.operation('AddN', [halves]), 2)])];
    },
  });
  return made;
};
