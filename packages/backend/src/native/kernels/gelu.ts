import type { GraphOutput } from '../c-library.ts';
import type { GraphBuilder } from '../graph-function.ts';
import type { NativeKernel } from '../native-kernel.ts';

/** sqrt(2 / pi), of GELU's tanh form. */
const geluSlope = Math.sqrt(2 / Math.PI);
const geluCube = 0.044715;

export const gelu: NativeKernel<'gelu'> = (kernels, { x }) => {
  const [made] = kernels.call({
    name: 'KaleidoGelu',
    inputs: [x],
    outputs: [x],
    compiled: true,
    write: (graph, [input]) => {
      const half = graph.scale(input, 0.5);
      return [graph.multiply(half, graph.add(geluTanh(graph, input), graph.number(1)))];
    },
  });
  return made;
};

export const geluGradient: NativeKernel<'geluGradient'> = (kernels, { gradient, x }) => {
  const [made] = kernels.call({
    name: 'KaleidoGeluGradient',
    inputs: [gradient, x],
    outputs: [x],
    compiled: true,
    write: (graph, [dy, input]) => {
      // With t = tanh(u): (1 + t) / 2 + x / 2 * (1 - t^2) * u'.
      const t = geluTanh(graph, input);
      const square = graph.multiply(input, input);
      const slope = graph.scale(graph.add(graph.scale(square, 3 * geluCube), graph.number(1)), geluSlope);
      const bend = graph.multiply(graph.subtract(graph.number(1), graph.multiply(t, t)), slope);
      const twice = graph.add(graph.add(t, graph.number(1)), graph.multiply(input, bend));
      return [graph.multiply(dy, graph.scale(twice, 0.5))];
    },
  });
  return made;
};

function geluTanh(graph: GraphBuilder, x: GraphOutput): GraphOutput {
  const cube = graph.multiply(graph.multiply(x, x), x);
  return graph.operation('Tanh', [graph.scale(graph.add(x, graph.scale(cube, geluCube)), geluSlope)]);
}
