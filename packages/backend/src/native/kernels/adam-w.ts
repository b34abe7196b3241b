import { tf } from '../../tensorflow.ts';
import { float, type } from '../attributes.ts';
import type { GraphOutput } from '../c-library.ts';
import { named } from '../function-name.ts';
import type { NativeKernel } from '../native-kernel.ts';
import { dataTypes } from '../native-types.ts';

/** Smaller parameters are not worth compiling for their shape, which takes a quarter of a second. */
const leastCompiledUpdate = 2 ** 14;

export const adamW: NativeKernel<'adamW'> = (
  kernels,
  { parameter, gradient, first, second, scale },
  { beta1, beta2, correctedRate, epsilon, keep },
) => {
  const { binding } = kernels.backend;
  if (tf.util.sizeFromShape(parameter.shape) >= leastCompiledUpdate) {
    const inputs = [
      kernels.id(gradient),
      kernels.id(scale),
      kernels.number(correctedRate),
      kernels.number(keep),
    ] as const;
    return kernels.update([parameter, first, second], (variables) =>
      kernels.callOnVariables(
        `KaleidoAdamW_${[beta1, beta2, epsilon].map(named).join('_')}`,
        variables,
        inputs,
        (graph, [w, m, v], [dw, factor, rate, kept]) => {
          const g = graph.multiply(dw, factor);
          const newM = graph.add(graph.scale(graph.read(m), beta1), graph.scale(g, 1 - beta1));
          const newV = graph.add(graph.scale(graph.read(v), beta2), graph.scale(graph.multiply(g, g), 1 - beta2));
          const divisor = graph.add(graph.operation('Sqrt', [newV]), graph.number(epsilon));
          const change = graph.multiply(rate, graph.operation('RealDiv', [newM, divisor]));
          graph.assign(w, graph.subtract(graph.multiply(graph.read(w), kept), change));
          graph.assign(m, newM);
          graph.assign(v, newV);
        },
      ),
    );
  }
  const scaled = binding.execute('Mul', [float], [kernels.id(gradient), kernels.id(scale)], 1)[0]!;
  // The powers of the betas are 0: the rate already holds the bias correction.
  const options = [0, 0, correctedRate, beta1, beta2, epsilon].map((value) => kernels.number(value));
  const dtype = type('dtype', dataTypes.TF_FLOAT);
  try {
    return kernels.update([parameter, first, second], (variables) => {
      if (keep !== 1) {
        const [before] = binding.execute('ReadVariableOp', [dtype], [variables[0]!], 1) as [number];
        const [decay] = binding.execute('Mul', [float], [before, kernels.number(1 - keep)], 1) as [number];
        binding.deleteTensor(before);
        binding.execute('AssignSubVariableOp', [dtype], [variables[0]!, decay], 0);
        binding.deleteTensor(decay);
      }
      binding.execute('ResourceApplyAdam', [float], [...variables, ...options, scaled], 0);
    });
  } finally {
    binding.deleteTensor(scaled);
  }
};

export const adamWOfAll: NativeKernel<'adamWOfAll'> = (
  kernels,
  { scale, ...states },
  { beta1, beta2, rate, correctedRate, epsilon, decays },
) => {
  const { binding } = kernels.backend;
  const parts = ['parameter', 'gradient', 'first', 'second'] as const;
  const tensors = decays.flatMap((_, index) => parts.map((part) => states[`${part}${index}`]!));
  return kernels.scope((own) => {
    // Rates change from step to step, so they are an input: one function serves all steps.
    const id = binding.createTensor([2], dataTypes.TF_FLOAT, Float32Array.of(rate, correctedRate));
    const rates = own(kernels.tensor(id, { shape: [2] }));
    return kernels.call({
      name: `KaleidoAdamWOfAll_${[beta1, beta2, epsilon, ...decays].map(named).join('_')}`,
      inputs: [scale, rates, ...tensors],
      outputs: decays.flatMap((_, index) => [tensors[4 * index]!, tensors[4 * index]!, tensors[4 * index]!]),
      compiled: true,
      write: (graph, [factor, both, ...inputs]) => {
        const first = graph.operation('Unpack', [both], { numbers: { num: 2, axis: 0 } });
        const corrected = { ...first, index: 1 };
        return decays.flatMap((decay, index) => {
          const [w, gradient, m, v] = inputs.slice(4 * index, 4 * index + 4) as [
            GraphOutput,
            GraphOutput,
            GraphOutput,
            GraphOutput,
          ];
          const g = graph.multiply(gradient, factor);
          const newM = graph.add(graph.scale(m, beta1), graph.scale(g, 1 - beta1));
          const newV = graph.add(graph.scale(v, beta2), graph.scale(graph.multiply(g, g), 1 - beta2));
          const divisor = graph.add(graph.operation('Sqrt', [newV]), graph.number(epsilon));
          const change = graph.multiply(corrected, graph.operation('RealDiv', [newM, divisor]));
          const kept = graph.multiply(w, graph.subtract(graph.number(1), graph.scale(first, decay)));
          return [graph.subtract(decay === 0 ? w : kept, change), newM, newV];
        });
      },
    });
  });
};
