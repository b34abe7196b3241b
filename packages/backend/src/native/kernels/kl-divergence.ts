import type { GraphOutput } from '../c-library.ts';
import type { GraphBuilder } from '../graph-function.ts';
import type { NativeKernel } from '../native-kernel.ts';
import { dataTypes } from '../native-types.ts';

/** Keras' epsilon. */
const smallest = 1e-7;

export const divergence: NativeKernel<'divergence'> = (kernels, { target, logits }) => {
  return kernels.call({
    name: 'KaleidoDivergence',
    inputs: [target, logits],
    outputs: [{ shape: [logits.shape[0]!] }, logits],
    compiled: true,
    write: (graph, [wanted, given]) => {
      const probabilities = graph.operation('Softmax', [given]);
      const [t, p] = [clip(graph, wanted), clip(graph, probabilities)];
      const logarithm = (x: GraphOutput): GraphOutput => graph.operation('Log', [x]);
      const each = graph.multiply(t, graph.subtract(logarithm(t), logarithm(p)));
      return [graph.sum(each, 1, false), probabilities];
    },
  });
};

export const divergenceGradient: NativeKernel<'divergenceGradient'> = (
  kernels,
  { gradient, target, probabilities },
) => {
  const rows = gradient.shape[0]!;
  const [made] = kernels.call({
    name: `KaleidoDivergenceGradient_${rows}`,
    inputs: [gradient, target, probabilities],
    outputs: [probabilities],
    compiled: true,
    write: (graph, [dy, wanted, p]) => {
      // Only values that are not clipped pass a gradient: g = -t / p there, then p * (g - sum(p * g)) by the softmax.
      const inside = graph.cast(
        graph.operation('Greater', [p, graph.number(smallest)]),
        dataTypes.TF_BOOL,
        dataTypes.TF_FLOAT,
      );
      const t = graph.multiply(clip(graph, wanted), inside);
      const total = graph.sum(t, 1, true);
      const each = graph.subtract(graph.multiply(p, total), t);
      return [graph.multiply(graph.reshape(dy, rows, 1), each)];
    },
  });
  return made;
};

function clip(graph: GraphBuilder, x: GraphOutput): GraphOutput {
  return graph.operation('ClipByValue', [x, graph.number(smallest), graph.number(1)]);
}
