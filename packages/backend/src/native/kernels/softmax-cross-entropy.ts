import type { NativeKernel } from '../native-kernel.ts';
import { dataTypes } from '../native-types.ts';

export const softmaxCrossEntropy: NativeKernel<'softmaxCrossEntropy'> = (kernels, { logits, labels }) => {
  // TensorFlow's SparseSoftmaxCrossEntropyWithLogits takes twice the time on the CPU, and on a GPU its sums have no
  // fixed order.
  const [rows, classes] = logits.shape as [number, number];
  return kernels.call({
    name: `KaleidoSoftmaxCrossEntropy_${rows}_${classes}`,
    inputs: [logits, labels],
    outputs: [{ shape: [rows] }, logits],
    compiled: true,
    write: (graph, [given, wanted]) => {
      const places = graph.operation('Range', [graph.integer(0), graph.integer(classes), graph.integer(1)]);
      const hits = graph.operation('Equal', [places, graph.reshape(wanted, rows, 1)]);
      const target = graph.cast(hits, dataTypes.TF_BOOL, dataTypes.TF_FLOAT);
      const logarithms = graph.operation('LogSoftmax', [given]);
      const losses = graph.scale(graph.sum(graph.multiply(logarithms, target), 1, false), -1);
      // The gradient needs only `probabilities - oneHot`.
      return [losses, graph.subtract(graph.operation('Exp', [logarithms]), target)];
    },
  });
};

export const softmaxCrossEntropyGradient: NativeKernel<'softmaxCrossEntropyGradient'> = (
  kernels,
  { gradient, saved },
) => {
  const rows = gradient.shape[0]!;
  const [made] = kernels.call({
    name: `KaleidoScaleRows_${rows}`,
    inputs: [gradient, saved],
    outputs: [saved],
    compiled: true,
    write: (graph, [factors, x]) => [graph.multiply(graph.reshape(factors, rows, 1), x)],
  });
  return made;
};
