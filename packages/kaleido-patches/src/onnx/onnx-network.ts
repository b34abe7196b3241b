import { type Tensor, type Tensor1D, type Tensor4D, tf } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { type OnnxConstant, type OnnxGraph, type OnnxNode, readOnnxGraph } from './onnx-graph.ts';

/** The channels of a picture, or numbers that describe shapes; shapes are NCHW as in the file. */
type Value = Tensor4D | readonly number[];

/** A step of the network: a node, or a convolution with the following ReLU. */
interface Step {
  readonly node: OnnxNode;
  readonly output: string;
  readonly relu: boolean;
}

export interface OnnxNetwork {
  /**
   * Computes the graph's outputs with these indices; default: the first.
   * @param pictures [B, height, width, channels]
   * @returns each [B, height, width, channels]
   */
  run(pictures: Tensor4D, outputs?: readonly number[]): Tensor4D[];
  dispose(): void;
}

/** Largest side in pixels of an enlargement: a broken file must not use all memory. */
const largestSide = 8192;

const known = [
  'Add',
  'Cast',
  'Concat',
  'Constant',
  'Conv',
  'Gather',
  'MaxPool',
  'Relu',
  'Resize',
  'Shape',
  'Sigmoid',
  'Slice',
  'Unsqueeze',
];

/**
 * Loads a convolutional network of an ONNX file onto the selected backend: convolutions, pooling, bilinear enlargement,
 * and the arithmetic of shapes around them, which is enough for U^2-Net. Pictures are NHWC, as in TensorFlow.js.
 * @param file its name in errors
 * @throws KaleidoError for a broken file, an unsupported operation, and unsupported attributes of an operation
 */
export function loadOnnxNetwork(bytes: Uint8Array, file: string): OnnxNetwork {
  const graph = readOnnxGraph(bytes, file);
  const refuse = (problem: string, found?: unknown): KaleidoError =>
    new KaleidoError({
      source: 'kaleido-patches',
      problem: `${file} cannot be computed: ${problem}`,
      ...(found === undefined ? {} : { found }),
      advice: 'take a network of convolutions, pooling and bilinear enlargement, such as U^2-Net',
    });
  if (graph.inputs.length !== 1) throw refuse('it must have one input', graph.inputs.length);
  const unknown = graph.nodes.find(({ operation }) => !known.includes(operation));
  if (unknown !== undefined) throw refuse('an operation is not known', unknown.operation);
  const kernels = loadKernels(graph, refuse);
  const plans = new Map<string, readonly Step[]>();

  return {
    run(pictures, outputs = [0]) {
      const wanted = outputs.map((number) => {
        const name = graph.outputs[number];
        if (name === undefined) throw refuse(`it has ${graph.outputs.length} outputs`, number);
        return name;
      });
      const key = wanted.join('\n');
      let steps = plans.get(key);
      if (steps === undefined) {
        steps = planSteps(graph, wanted);
        plans.set(key, steps);
      }
      const planned = steps;
      try {
        return tf.tidy(() => runSteps(planned, graph, kernels, pictures, wanted, refuse));
      } catch (cause) {
        if (KaleidoError.isInstance(cause)) throw cause;
        // An error of TensorFlow.js for shapes that do not match.
        throw refuse('a step fails', cause instanceof Error ? cause.message : String(cause));
      }
    },
    dispose() {
      for (const { kernel, bias } of kernels.values()) tf.dispose(bias === undefined ? [kernel] : [kernel, bias]);
      kernels.clear();
    },
  };
}

interface Kernel {
  /** HWIO. */
  readonly kernel: Tensor4D;
  readonly bias: Tensor1D | undefined;
}

type RefuseGraph = (problem: string, found?: unknown) => KaleidoError;

/** The weights of every convolution, by the name of its output. */
function loadKernels(graph: OnnxGraph, refuse: RefuseGraph): Map<string, Kernel> {
  const kernels = new Map<string, Kernel>();
  const floats = (name: string): OnnxConstant & { readonly values: Float32Array } => {
    const found = graph.constants.get(name);
    if (!(found?.values instanceof Float32Array)) throw refuse(`a convolution's weights "${name}" are not in it`);
    return found as OnnxConstant & { readonly values: Float32Array };
  };
  const convolutions = graph.nodes.filter(({ operation }) => operation === 'Conv');
  // All are checked before the first is uploaded to the backend, so that an error leaves nothing there.
  const stored = convolutions.map(({ inputs, outputs }) => {
    const weights = floats(inputs[1] ?? '');
    if (weights.shape.length !== 4) throw refuse('a convolution must be one of pictures', weights.shape);
    const bias = inputs[2] === undefined ? undefined : floats(inputs[2]).values;
    if (bias !== undefined && bias.length !== weights.shape[0]) throw refuse('a bias has another length', bias.length);
    return { output: outputs[0] ?? '', weights, bias };
  });
  for (const { output, weights, bias } of stored)
    kernels.set(output, {
      kernel: tf.tidy(() =>
        tf.transpose(tf.tensor4d(weights.values, weights.shape as [number, number, number, number]), [2, 3, 1, 0]),
      ),
      bias: bias && tf.tensor1d(bias),
    });
  return kernels;
}

/** The steps to compute these outputs, in order. */
function planSteps({ nodes }: OnnxGraph, wanted: readonly string[]): readonly Step[] {
  const needed = new Set(wanted);
  const kept: OnnxNode[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    kept.unshift(node);
    for (const name of node.inputs) needed.add(name);
  }
  const uses = new Map<string, OnnxNode[]>();
  for (const node of kept) for (const name of node.inputs) uses.set(name, [...(uses.get(name) ?? []), node]);
  const merged = new Set<OnnxNode>();
  return kept.flatMap((node): Step[] => {
    if (merged.has(node)) return [];
    const [output = ''] = node.outputs;
    const readers = uses.get(output) ?? [];
    const relu = readers[0];
    if (node.operation !== 'Conv' || readers.length !== 1 || relu?.operation !== 'Relu' || wanted.includes(output))
      return [{ node, output, relu: false }];
    merged.add(relu);
    return [{ node, output: relu.outputs[0] ?? '', relu: true }];
  });
}

function runSteps(
  steps: readonly Step[],
  graph: OnnxGraph,
  kernels: ReadonlyMap<string, Kernel>,
  pictures: Tensor4D,
  wanted: readonly string[],
  refuse: RefuseGraph,
): Tensor4D[] {
  const values = new Map<string, Value>([[graph.inputs[0]!, pictures]]);
  const left = new Map<string, number>();
  for (const { node } of steps) for (const name of node.inputs) left.set(name, (left.get(name) ?? 0) + 1);
  const read = (node: OnnxNode, index: number): Value => {
    const name = node.inputs[index] ?? '';
    const made = values.get(name);
    if (made !== undefined) return made;
    const constant = graph.constants.get(name);
    if (constant === undefined) throw refuse(`${node.operation} lacks its input ${index}`, name);
    return [...constant.values];
  };
  for (const step of steps) {
    const { node } = step;
    values.set(
      step.output,
      compute(step, (index) => read(node, index), kernels, refuse),
    );
    // Freed after its last use: `tidy` alone would hold every map of the network until the end.
    for (const name of node.inputs) {
      const rest = left.get(name)! - 1;
      left.set(name, rest);
      const value = values.get(name);
      if (rest > 0 || value === undefined || !isTensor(value) || value === pictures || wanted.includes(name)) continue;
      tf.dispose(value);
      values.delete(name);
    }
  }
  return wanted.map((name) => {
    const value = values.get(name);
    if (value === undefined || !isTensor(value)) throw refuse('an output is no picture', name);
    return value;
  });
}

function isTensor(value: Value): value is Tensor4D {
  return !Array.isArray(value);
}

function compute(
  { node, relu }: Step,
  read: (index: number) => Value,
  kernels: ReadonlyMap<string, Kernel>,
  refuse: RefuseGraph,
): Value {
  const picture = (index: number): Tensor4D => {
    const value = read(index);
    if (isTensor(value) && value.rank === 4) return value;
    throw refuse(`${node.operation} is known for pictures alone`);
  };
  const numbers = (index: number): readonly number[] => {
    const value = read(index);
    if (!isTensor(value)) return value;
    throw refuse(`${node.operation} is known for shapes alone`);
  };
  const integer = (name: string, otherwise: number): number => {
    const value = node.attributes.get(name) ?? otherwise;
    if (typeof value !== 'number') throw refuse(`${node.operation} has no number "${name}"`);
    return value;
  };
  const integers = (name: string, otherwise: readonly number[]): readonly number[] => {
    const value = node.attributes.get(name) ?? otherwise;
    if (!Array.isArray(value)) throw refuse(`${node.operation} has no list "${name}"`);
    return value as readonly number[];
  };
  switch (node.operation) {
    case 'Conv':
      return convolve(picture(0), kernels.get(node.outputs[0] ?? '')!, { relu, integer, integers, refuse });
    case 'Relu':
      return tf.relu(picture(0));
    case 'Sigmoid':
      return tf.sigmoid(picture(0));
    case 'Add':
      return tf.add(picture(0), picture(1));
    case 'MaxPool': {
      const size = integers('kernel_shape', []) as [number, number];
      const strides = integers('strides', [1, 1]) as [number, number];
      if (integers('pads', [0, 0, 0, 0]).some((pad) => pad !== 0))
        throw refuse('MaxPool is known without padding alone');
      // Rounding up lets the last window extend past the edge, like TensorFlow's `same` for adjacent windows.
      const roundsUp = integer('ceil_mode', 0) === 1;
      if (roundsUp && size.join() !== strides.join()) throw refuse('MaxPool rounds up for windows side by side alone');
      return tf.maxPool(picture(0), size, strides, roundsUp ? 'same' : 'valid');
    }
    case 'Concat': {
      const all = node.inputs.map((_, index) => read(index));
      if (all.every((value) => !isTensor(value))) return all.flatMap((value) => value as readonly number[]);
      if (integer('axis', 1) !== 1) throw refuse('pictures are joined by their channels alone');
      return tf.concat(
        node.inputs.map((_, index) => picture(index)),
        3,
      );
    }
    case 'Resize': {
      const mode = node.attributes.get('mode');
      const places = node.attributes.get('coordinate_transformation_mode') ?? 'half_pixel';
      if (mode !== 'linear' || !['half_pixel', 'pytorch_half_pixel'].includes(String(places)))
        throw refuse('Resize is known as bilinear with half pixels alone', [mode, places]);
      if (node.inputs.length < 4) throw refuse('Resize is known with the size of its result alone');
      const [, , height, width] = numbers(3) as [number, number, number, number];
      if (![height, width].every((side) => Number.isInteger(side) && side >= 1 && side <= largestSide))
        throw refuse('Resize asks for a size that no picture has', [height, width]);
      return tf.image.resizeBilinear(picture(0), [height, width], false, true);
    }
    case 'Shape': {
      const [batch, height, width, channels] = picture(0).shape;
      return [batch, channels, height, width];
    }
    case 'Constant': {
      const value = node.attributes.get('value');
      if (typeof value !== 'object' || Array.isArray(value)) throw refuse('a Constant holds no numbers');
      return [...(value as OnnxConstant).values];
    }
    case 'Gather':
      return numbers(1).map((index) => numbers(0).at(index) ?? Number.NaN);
    case 'Cast':
    case 'Unsqueeze':
      return numbers(0).map(Math.trunc);
    case 'Slice':
      return numbers(0).slice(numbers(1)[0], numbers(2)[0]);
    default:
      throw refuse('an operation is not known', node.operation);
  }
}

interface ConvolutionReader {
  readonly relu: boolean;
  readonly integer: (name: string, otherwise: number) => number;
  readonly integers: (name: string, otherwise: readonly number[]) => readonly number[];
  readonly refuse: RefuseGraph;
}

function convolve(
  x: Tensor4D,
  { kernel, bias }: Kernel,
  { relu, integer, integers, refuse }: ConvolutionReader,
): Tensor4D {
  const strides = integers('strides', [1, 1]) as [number, number];
  const dilations = integers('dilations', [1, 1]) as [number, number];
  const pads = integers('pads', [0, 0, 0, 0]);
  if (integer('group', 1) !== 1) throw refuse('convolutions are known without groups alone', integer('group', 1));
  const [rows, columns] = kernel.shape;
  const reach = [(rows - 1) * dilations[0], (columns - 1) * dilations[1]] as const;
  const isValid = pads.every((pad) => pad === 0);
  // Without a stride, `same` is half the reach on either side in all frameworks.
  const isSame = strides.every((stride) => stride === 1) && pads.every((pad, i) => 2 * pad === reach[i % 2]);
  if (!isValid && !isSame) throw refuse('a convolution is padded in a way that is not known', pads);
  if (x.shape[3] !== kernel.shape[2]) throw refuse('a convolution gets another count of channels', x.shape[3]);
  return tf.fused.conv2d({
    x,
    filter: kernel,
    strides,
    dilations,
    pad: isValid ? 'valid' : 'same',
    ...(bias === undefined ? {} : { bias: bias as Tensor }),
    activation: relu ? 'relu' : 'linear',
  });
}
