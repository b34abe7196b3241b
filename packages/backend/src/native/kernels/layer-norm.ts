import type { GraphOutput } from '../c-library.ts';
import { named } from '../function-name.ts';
import type { NativeKernel } from '../native-kernel.ts';

export const layerNorm: NativeKernel<'layerNorm'> = (kernels, { x, residual, gamma, beta }, { epsilon }) => {
  const last = x.shape.length - 1;
  const reciprocals = { shape: [...x.shape.slice(0, -1), 1] };
  return kernels.call({
    name: `KaleidoLayerNorm${residual === undefined ? '' : 'OfSum'}_${last}_${named(epsilon)}`,
    inputs: residual === undefined ? [x, gamma, beta] : [x, gamma, beta, residual],
    outputs: [x, x, reciprocals],
    compiled: true,
    write: (graph, [input, scale, shift, other]) => {
      const sum = other === undefined ? input : graph.add(input, other);
      const centre = (values: GraphOutput): GraphOutput => graph.subtract(values, graph.mean(values, last, true));
      // Twice: in a nearly constant row the rounding of the first mean is as large as the deviations.
      const centred = centre(centre(sum));
      const variance = graph.mean(graph.multiply(centred, centred), last, true);
      const reciprocal = graph.operation('Rsqrt', [graph.add(variance, graph.number(epsilon))]);
      const normalised = graph.multiply(centred, reciprocal);
      return [graph.add(graph.multiply(normalised, scale), shift), normalised, reciprocal];
    },
  });
};

export const layerNormGradient: NativeKernel<'layerNormGradient'> = (
  kernels,
  { gradient, normalised, reciprocals, gamma },
) => {
  const last = gradient.shape.length - 1;
  const width = gradient.shape[last]!;
  return kernels.call({
    name: `KaleidoLayerNormGradient_${last}_${width}`,
    inputs: [gradient, normalised, reciprocals, gamma],
    outputs: [gradient, gamma, gamma],
    compiled: true,
    write: (graph, [dy, y, reciprocal, scale]) => {
      const inner = graph.multiply(dy, scale);
      const along = graph.mean(graph.multiply(inner, y), last, true);
      const centred = graph.subtract(graph.subtract(inner, graph.mean(inner, last, true)), graph.multiply(y, along));
      const rows = (x: GraphOutput): GraphOutput => graph.sum(graph.reshape(x, -1, width), 0, false);
      return [graph.multiply(centred, reciprocal), rows(graph.multiply(dy, y)), rows(dy)];
    },
  });
};
