import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HashMask } from '../operations/hash-mask.ts';
import type { GraphOutput } from './c-library.ts';
import type { GraphBuilder } from './graph-function.ts';
import type { NativeKernels } from './native-kernels.ts';
import { type Attribute, attributeKinds, dataTypes } from './native-types.ts';

type Inputs<Names extends string> = { readonly [Name in Names]: TensorInfo };
type Definition = (kernels: NativeKernels, inputs: never, attributes: never) => TensorInfo | TensorInfo[];

const { TF_FLOAT, TF_INT32, TF_UINT32 } = dataTypes;
const float: Attribute = { name: 'T', type: attributeKinds.TF_ATTR_TYPE, value: TF_FLOAT };
const flag = (name: string, value: boolean): Attribute => ({ name, type: attributeKinds.TF_ATTR_BOOL, value });
const type = (name: string, value: number): Attribute => ({ name, type: attributeKinds.TF_ATTR_TYPE, value });

/** sqrt(2 / pi), of GELU's tanh form. */
const geluSlope = Math.sqrt(2 / Math.PI);
const geluCube = 0.044715;
/** Keras' epsilon. */
const smallest = 1e-7;

/** The fused kernels by the name under which TensorFlow.js knows them; src/operations/ says what each computes. */
export const definitions: Readonly<Record<string, Definition>> = {
  KaleidoMatrixProduct(
    kernels: NativeKernels,
    { a, b, bias }: Inputs<'a' | 'b'> & Partial<Inputs<'bias'>>,
    { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean },
  ) {
    const shape = [a.shape[transposeA ? 1 : 0]!, b.shape[transposeB ? 0 : 1]!];
    const attributes = [float, flag('transpose_a', transposeA), flag('transpose_b', transposeB)];
    const [x, y] = [kernels.id(a), kernels.id(b)];
    if (bias === undefined) return kernels.run('MatMul', attributes, [x, y], { shape });
    const fused: Attribute[] = [
      { name: 'num_args', type: attributeKinds.TF_ATTR_INT, value: 1 },
      { name: 'fused_ops', type: attributeKinds.TF_ATTR_STRING, value: ['BiasAdd'] },
    ];
    return kernels.run('_FusedMatMul', [...attributes, ...fused], [x, y, kernels.id(bias)], { shape });
  },

  KaleidoColumnSums(kernels: NativeKernels, { x }: Inputs<'x'>) {
    const attributes = [float, flag('keep_dims', false), type('Tidx', TF_INT32)];
    return kernels.run('Sum', attributes, [kernels.id(x), kernels.constant([0])], { shape: [x.shape[1]!] });
  },

  KaleidoGelu(kernels: NativeKernels, { x }: Inputs<'x'>) {
    return kernels.call({
      name: 'KaleidoGelu',
      inputs: [x],
      outputs: [x],
      compiled: true,
      write: (graph, [input]) => {
        const half = graph.scale(input!, 0.5);
        return [graph.multiply(half, graph.add(geluTanh(graph, input!), graph.number(1)))];
      },
    });
  },

  KaleidoGeluGradient(kernels: NativeKernels, { gradient, x }: Inputs<'gradient' | 'x'>) {
    return kernels.call({
      name: 'KaleidoGeluGradient',
      inputs: [gradient, x],
      outputs: [x],
      compiled: true,
      write: (graph, [dy, input]) => {
        // With t = tanh(u): (1 + t) / 2 + x / 2 * (1 - t^2) * u'.
        const t = geluTanh(graph, input!);
        const square = graph.multiply(input!, input!);
        const slope = graph.scale(graph.add(graph.scale(square, 3 * geluCube), graph.number(1)), geluSlope);
        const bend = graph.multiply(graph.subtract(graph.number(1), graph.multiply(t, t)), slope);
        const twice = graph.add(graph.add(t, graph.number(1)), graph.multiply(input!, bend));
        return [graph.multiply(dy!, graph.scale(twice, 0.5))];
      },
    });
  },

  KaleidoLayerNorm(
    kernels: NativeKernels,
    { x, residual, gamma, beta }: Inputs<'x' | 'gamma' | 'beta'> & Partial<Inputs<'residual'>>,
    { epsilon }: { epsilon: number },
  ) {
    const last = x.shape.length - 1;
    const reciprocals = { shape: [...x.shape.slice(0, -1), 1] };
    return kernels.call({
      name: `KaleidoLayerNorm${residual === undefined ? '' : 'OfSum'}_${last}_${named(epsilon)}`,
      inputs: residual === undefined ? [x, gamma, beta] : [x, gamma, beta, residual],
      outputs: [x, x, reciprocals],
      compiled: true,
      write: (graph, [input, scale, shift, other]) => {
        const sum = other === undefined ? input! : graph.add(input!, other);
        const centre = (values: GraphOutput): GraphOutput => graph.subtract(values, graph.mean(values, last, true));
        // Twice: the rounding of the first mean is as large as the whole deviation where a row is nearly constant.
        const centred = centre(centre(sum));
        const variance = graph.mean(graph.multiply(centred, centred), last, true);
        const reciprocal = graph.operation('Rsqrt', [graph.add(variance, graph.number(epsilon))]);
        const normalised = graph.multiply(centred, reciprocal);
        return [graph.add(graph.multiply(normalised, scale!), shift!), normalised, reciprocal];
      },
    });
  },

  KaleidoLayerNormGradient(
    kernels: NativeKernels,
    { gradient, normalised, reciprocals, gamma }: Inputs<'gradient' | 'normalised' | 'reciprocals' | 'gamma'>,
  ) {
    const last = gradient.shape.length - 1;
    const width = gradient.shape[last]!;
    return kernels.call({
      name: `KaleidoLayerNormGradient_${last}_${width}`,
      inputs: [gradient, normalised, reciprocals, gamma],
      outputs: [gradient, gamma, gamma],
      compiled: true,
      write: (graph, [dy, y, reciprocal, scale]) => {
        const inner = graph.multiply(dy!, scale!);
        const along = graph.mean(graph.multiply(inner, y!), last, true);
        const centred = graph.subtract(graph.subtract(inner, graph.mean(inner, last, true)), graph.multiply(y!, along));
        const rows = (x: GraphOutput): GraphOutput => graph.sum(graph.reshape(x, -1, width), 0, false);
        return [graph.multiply(centred, reciprocal!), rows(graph.multiply(dy!, y!)), rows(dy!)];
      },
    });
  },

  KaleidoAttention(
    kernels: NativeKernels,
    { query, key, value, mask }: Inputs<'query' | 'key' | 'value' | 'mask'>,
    { heads, dropout }: { heads: number; dropout?: HashMask },
  ) {
    const form = attentionForm(query, key, heads);
    const { batch, queries, keys, width } = form;
    return withMask(kernels, dropout, (maskInputs) =>
      kernels.call({
        name: `KaleidoAttention${nameOf(form)}${dropout === undefined ? '' : `_${named(dropout.scale)}`}`,
        inputs: [query, key, value, mask, ...maskInputs],
        outputs: [query, { shape: [batch, heads, queries, keys] }],
        write: (graph, [q, k, v, seen, ...keysOfMask]) => {
          const split = headSplitter(graph, form);
          const logits = graph.products(graph.scale(split(q!, queries), form.scale), split(k!, keys), false, true); // [B,A,S,K]
          const hidden = graph.scale(graph.subtract(graph.number(1), seen!), -10000);
          const shifted = graph.add(logits, graph.reshape(hidden, batch, 1, 1, keys));
          const probabilities = graph.operation('Softmax', [shifted]);
          const thinned = dropout === undefined ? probabilities : thin(graph, probabilities, keysOfMask, dropout.scale);
          const perHead = graph.products(thinned, split(v!, keys)); // [B,A,S,D/A]
          return [graph.reshape(graph.transpose(perHead, 0, 2, 1, 3), batch, queries, width), probabilities];
        },
      }),
    );
  },

  KaleidoAttentionGradient(
    kernels: NativeKernels,
    { gradient, query, key, value, probabilities }: Inputs<'gradient' | 'query' | 'key' | 'value' | 'probabilities'>,
    { heads, dropout }: { heads: number; dropout?: HashMask },
  ) {
    const form = attentionForm(query, key, heads);
    const { batch, queries, keys, width } = form;
    return withMask(kernels, dropout, (maskInputs) =>
      kernels.call({
        name: `KaleidoAttentionGradient${nameOf(form)}${dropout === undefined ? '' : `_${named(dropout.scale)}`}`,
        inputs: [gradient, query, key, value, probabilities, ...maskInputs],
        outputs: [query, key, value],
        write: (graph, [dy, q, k, v, p, ...keysOfMask]) => {
          const split = headSplitter(graph, form);
          const join = (x: GraphOutput, length: number): GraphOutput =>
            graph.reshape(graph.transpose(x, 0, 2, 1, 3), batch, length, width);
          const thinning = (x: GraphOutput): GraphOutput =>
            dropout === undefined ? x : thin(graph, x, keysOfMask, dropout.scale);
          const context = split(dy!, queries); // [B,A,S,D/A]
          const dvalue = graph.products(thinning(p!), context, true, false);
          const dp = thinning(graph.products(context, split(v!, keys), false, true)); // [B,A,S,K]
          const along = graph.sum(graph.multiply(dp, p!), 3, true);
          const dlogits = graph.scale(graph.multiply(p!, graph.subtract(dp, along)), form.scale);
          const dquery = graph.products(dlogits, split(k!, keys));
          const dkey = graph.products(dlogits, split(q!, queries), true, false);
          return [join(dquery, queries), join(dkey, keys), join(dvalue, keys)];
        },
      }),
    );
  },

  KaleidoDropout(kernels: NativeKernels, { x }: Inputs<'x'>, mask: HashMask) {
    return withMask(kernels, mask, (maskInputs) =>
      kernels.call({
        name: `KaleidoDropout_${named(mask.scale)}`,
        inputs: [x, ...maskInputs],
        outputs: [x],
        compiled: true,
        write: (graph, [input, ...keysOfMask]) => [thin(graph, input!, keysOfMask, mask.scale)],
      }),
    );
  },

  KaleidoSoftmaxCrossEntropy(kernels: NativeKernels, { logits, labels }: Inputs<'logits' | 'labels'>) {
    const attributes = [float, type('Tlabels', TF_INT32)];
    const inputs = [kernels.id(logits), kernels.id(labels)];
    const made = kernels.backend.binding.execute('SparseSoftmaxCrossEntropyWithLogits', attributes, inputs, 2);
    // What TensorFlow gives beside the losses is `probabilities - oneHot`: all that the gradient needs.
    return [kernels.tensor(made[0]!, { shape: labels.shape }), kernels.tensor(made[1]!, { shape: logits.shape })];
  },

  KaleidoSoftmaxCrossEntropyGradient(
    kernels: NativeKernels,
    { gradient, probabilities }: Inputs<'gradient' | 'probabilities'>,
  ) {
    const rows = gradient.shape[0]!;
    return kernels.call({
      name: `KaleidoScaleRows_${rows}`,
      inputs: [gradient, probabilities],
      outputs: [probabilities],
      write: (graph, [factors, x]) => [graph.multiply(graph.reshape(factors!, rows, 1), x!)],
    });
  },

  KaleidoDivergence(kernels: NativeKernels, { target, logits }: Inputs<'target' | 'logits'>) {
    return kernels.call({
      name: 'KaleidoDivergence',
      inputs: [target, logits],
      outputs: [{ shape: [logits.shape[0]!] }, logits],
      write: (graph, [wanted, given]) => {
        const probabilities = graph.operation('Softmax', [given!]);
        const [t, p] = [clip(graph, wanted!), clip(graph, probabilities)];
        const logarithm = (x: GraphOutput): GraphOutput => graph.operation('Log', [x]);
        const each = graph.multiply(t, graph.subtract(logarithm(t), logarithm(p)));
        return [graph.sum(each, 1, false), probabilities];
      },
    });
  },

  KaleidoDivergenceGradient(
    kernels: NativeKernels,
    { gradient, target, probabilities }: Inputs<'gradient' | 'target' | 'probabilities'>,
  ) {
    const rows = gradient.shape[0]!;
    return kernels.call({
      name: `KaleidoDivergenceGradient_${rows}`,
      inputs: [gradient, target, probabilities],
      outputs: [probabilities],
      write: (graph, [dy, wanted, p]) => {
        // Only what is not clipped passes a gradient: g = -t / p there, and p * (g - sum(p * g)) by the softmax.
        const inside = graph.operation('Cast', [graph.operation('Greater', [p!, graph.number(smallest)])], {
          types: { SrcT: dataTypes.TF_BOOL, DstT: TF_FLOAT },
        });
        const t = graph.multiply(clip(graph, wanted!), inside);
        const total = graph.sum(t, 1, true);
        const each = graph.subtract(graph.multiply(p!, total), t);
        return [graph.multiply(graph.reshape(dy!, rows, 1), each)];
      },
    });
  },

  KaleidoGatherRows(kernels: NativeKernels, { table, ids }: Inputs<'table' | 'ids'>) {
    const attributes = [type('Tparams', TF_FLOAT), type('Tindices', TF_INT32), type('Taxis', TF_INT32)];
    const inputs = [kernels.id(table), kernels.id(ids), kernels.constant([0], [])];
    return kernels.run('GatherV2', attributes, inputs, { shape: [...ids.shape, table.shape[1]!] });
  },

  KaleidoScatterAddRows(kernels: NativeKernels, { source, ids }: Inputs<'source' | 'ids'>, { rows }: { rows: number }) {
    const attributes = [float, type('Tindices', TF_INT32), type('Tnumsegments', TF_INT32)];
    const inputs = [kernels.id(source), kernels.id(ids), kernels.constant([rows], [])];
    return kernels.run('UnsortedSegmentSum', attributes, inputs, { shape: [rows, source.shape[1]!] });
  },

  KaleidoPool(
    kernels: NativeKernels,
    { x, weights }: Inputs<'x' | 'weights'>,
    { transposed }: { transposed: boolean },
  ) {
    const [batch, , width] = x.shape as [number, number, number];
    const [rows, columns] = weights.shape.slice(-2) as [number, number];
    const attributes = [float, flag('adj_x', transposed), flag('adj_y', false)];
    return kernels.run('BatchMatMulV2', attributes, [kernels.id(weights), kernels.id(x)], {
      shape: [batch, transposed ? columns : rows, width],
    });
  },

  KaleidoAdamW(
    kernels: NativeKernels,
    { parameter, gradient, first, second, scale }: Inputs<'parameter' | 'gradient' | 'first' | 'second' | 'scale'>,
    {
      beta1,
      beta2,
      correctedRate,
      epsilon,
      keep,
    }: Readonly<Record<'beta1' | 'beta2' | 'correctedRate' | 'epsilon' | 'keep', number>>,
  ) {
    const { binding } = kernels.backend;
    const number = (value: number): number => binding.createTensor([], TF_FLOAT, Float32Array.of(value));
    const scaled = binding.execute('Mul', [float], [kernels.id(gradient), kernels.id(scale)], 1)[0]!;
    // Zeros for the powers of the betas: the correction is in the rate already.
    const options = [0, 0, correctedRate, beta1, beta2, epsilon].map(number);
    const dtype = type('dtype', TF_FLOAT);
    try {
      return kernels.update([parameter, first, second], (variables) => {
        if (keep !== 1) {
          const [before] = binding.execute('ReadVariableOp', [dtype], [variables[0]!], 1) as [number];
          const rest = number(1 - keep);
          const [decay] = binding.execute('Mul', [float], [before, rest], 1) as [number];
          binding.deleteTensor(before);
          binding.deleteTensor(rest);
          binding.execute('AssignSubVariableOp', [dtype], [variables[0]!, decay], 0);
          binding.deleteTensor(decay);
        }
        binding.execute('ResourceApplyAdam', [float], [...variables, ...options, scaled], 0);
      });
    } finally {
      for (const id of [scaled, ...options]) binding.deleteTensor(id);
    }
  },

  KaleidoGlobalNorm(kernels: NativeKernels, tensors: Readonly<Record<string, TensorInfo>>) {
    const all = Object.values(tensors);
    return kernels.call({
      name: `KaleidoGlobalNorm_${all.length}`,
      inputs: all,
      outputs: [{ shape: [] }],
      write: (graph, inputs) => {
        const halves = inputs.map((x) => graph.operation('L2Loss', [x]));
        return [graph.operation('Sqrt', [graph.scale(graph.operation('AddN', [halves]), 2)])];
      },
    });
  },
};

function geluTanh(graph: GraphBuilder, x: GraphOutput): GraphOutput {
  const cube = graph.multiply(graph.multiply(x, x), x);
  return graph.operation('Tanh', [graph.scale(graph.add(x, graph.scale(cube, geluCube)), geluSlope)]);
}

function clip(graph: GraphBuilder, x: GraphOutput): GraphOutput {
  return graph.operation('ClipByValue', [x, graph.number(smallest), graph.number(1)]);
}

interface AttentionForm {
  readonly batch: number;
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  readonly width: number;
  readonly scale: number;
}

function attentionForm(query: TensorInfo, key: TensorInfo, heads: number): AttentionForm {
  const [batch, queries, width] = query.shape as [number, number, number];
  return { batch, queries, keys: key.shape[1]!, heads, width, scale: 1 / Math.sqrt(width / heads) };
}

function nameOf({ batch, queries, keys, heads, width }: AttentionForm): string {
  return `_${batch}_${queries}_${keys}_${heads}_${width}`;
}

/** [B, S, D] to [B, A, S, D/A]. */
function headSplitter(
  graph: GraphBuilder,
  { batch, heads, width }: AttentionForm,
): (x: GraphOutput, length: number) => GraphOutput {
  return (x, length) => graph.transpose(graph.reshape(x, batch, length, heads, width / heads), 0, 2, 1, 3);
}

/** A number as part of a function's name. */
function named(value: number): string {
  return Math.fround(value).toString().replace(/\W/g, '_');
}

/** Calls with what changes from mask to mask as an input, so that one function serves all of them. */
function withMask<Result>(
  kernels: NativeKernels,
  mask: HashMask | undefined,
  call: (inputs: readonly TensorInfo[]) => Result,
): Result {
  if (mask === undefined) return call([]);
  const { threshold, firstKey, secondKey } = mask;
  const { binding } = kernels.backend;
  const id = binding.createTensor([3], TF_INT32, Int32Array.of(threshold, firstKey, secondKey));
  const keys = kernels.tensor(id, { shape: [3], dtype: 'int32' });
  try {
    return call([keys]);
  } finally {
    kernels.discard(keys);
  }
}

/** `x` with the elements whose hash is below the threshold set to 0: the hash of src/operations/hash-mask.ts. */
function thin(graph: GraphBuilder, x: GraphOutput, keys: readonly GraphOutput[], scale: number): GraphOutput {
  const bits = (input: GraphOutput): GraphOutput =>
    graph.operation('Bitcast', [input], { types: { T: TF_INT32, type: TF_UINT32 } });
  const first = graph.operation('Unpack', [bits(keys[0]!)], { numbers: { num: 3, axis: 0 } });
  const [threshold, firstKey, secondKey] = [0, 1, 2].map((index) => ({ ...first, index })) as [
    GraphOutput,
    GraphOutput,
    GraphOutput,
  ];
  const constant = (value: number): GraphOutput => bits(graph.integer(value | 0));
  const folded = (h: GraphOutput, shift: number): GraphOutput =>
    graph.operation('BitwiseXor', [h, graph.operation('RightShift', [h, constant(shift)])]);
  const size = graph.operation('Size', [x]);
  const places = graph.operation('Range', [graph.integer(0), size, graph.integer(1)]);
  let h = graph.add(bits(places), firstKey);
  h = graph.multiply(folded(h, 16), constant(0x7feb352d));
  h = graph.multiply(graph.add(folded(h, 15), secondKey), constant(0x846ca68b));
  const stays = graph.operation('GreaterEqual', [folded(h, 16), threshold]);
  const factors = graph.operation('Cast', [stays], { types: { SrcT: dataTypes.TF_BOOL, DstT: TF_FLOAT } });
  const shaped = graph.operation('Reshape', [factors, graph.operation('Shape', [x])]);
  return graph.multiply(x, graph.scale(shaped, scale));
}
