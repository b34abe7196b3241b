import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HashMask } from '../operations/hash-mask.ts';
import { tf } from '../tensorflow.ts';
import type { GraphOutput } from './c-library.ts';
import type { GraphBuilder } from './graph-function.ts';
import type { NativeKernels } from './native-kernels.ts';
import { type Attribute, attributeKinds, dataTypes, typeNumbers } from './native-types.ts';

type Inputs<Names extends string> = { readonly [Name in Names]: TensorInfo };
type Definition = (kernels: NativeKernels, inputs: never, attributes: never) => TensorInfo | TensorInfo[];

const { TF_BOOL, TF_FLOAT, TF_INT32, TF_UINT32 } = dataTypes;
const float: Attribute = { name: 'T', type: attributeKinds.TF_ATTR_TYPE, value: TF_FLOAT };
const flag = (name: string, value: boolean): Attribute => ({ name, type: attributeKinds.TF_ATTR_BOOL, value });
const type = (name: string, value: number): Attribute => ({ name, type: attributeKinds.TF_ATTR_TYPE, value });

/** sqrt(2 / pi), of GELU's tanh form. */
const geluSlope = Math.sqrt(2 / Math.PI);
const geluCube = 0.044715;
/** Parameters of fewer numbers are not worth a quarter of a second of compiling for their shape. */
const leastCompiledUpdate = 2 ** 14;
/** Keras' epsilon. */
const smallest = 1e-7;

/** Kernels for a GPU alone, where what a call costs on the host counts for more than memory written in place. */
export const gpuDefinitions: Readonly<Record<string, Definition>> = {
  KaleidoAdamWOfAll(
    kernels: NativeKernels,
    { scale, ...states }: Readonly<Record<string, TensorInfo>> & Inputs<'scale'>,
    {
      beta1,
      beta2,
      rate,
      correctedRate,
      epsilon,
      decays,
    }: Readonly<Record<'beta1' | 'beta2' | 'rate' | 'correctedRate' | 'epsilon', number>> & {
      readonly decays: readonly number[];
    },
  ) {
    const { binding } = kernels.backend;
    const parts = ['parameter', 'gradient', 'first', 'second'] as const;
    const tensors = decays.flatMap((_, index) => parts.map((part) => states[`${part}${index}`]!));
    return kernels.scope((own) => {
      // What changes from step to step is an input, so that one function serves all steps.
      const id = binding.createTensor([2], TF_FLOAT, Float32Array.of(rate, correctedRate));
      const rates = own(kernels.tensor(id, { shape: [2] }));
      return kernels.call({
        name: `KaleidoAdamWOfAll_${[beta1, beta2, epsilon, ...decays].map(named).join('_')}`,
        inputs: [scale, rates, ...tensors],
        outputs: decays.flatMap((_, index) => [tensors[4 * index]!, tensors[4 * index]!, tensors[4 * index]!]),
        compiled: true,
        write: (graph, [factor, both, ...inputs]) => {
          const first = graph.operation('Unpack', [both!], { numbers: { num: 2, axis: 0 } });
          const corrected = { ...first, index: 1 };
          return decays.flatMap((decay, index) => {
            const [w, gradient, m, v] = inputs.slice(4 * index, 4 * index + 4) as [
              GraphOutput,
              GraphOutput,
              GraphOutput,
              GraphOutput,
            ];
            const g = graph.multiply(gradient, factor!);
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
  },
};

/** The fused kernels by the name under which TensorFlow.js knows them; src/operations/ says what each computes. */
export const definitions: Readonly<Record<string, Definition>> = {
  KaleidoMatrixProduct(
    kernels: NativeKernels,
    { a, b, bias }: Inputs<'a' | 'b'> & Partial<Inputs<'bias'>>,
    { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean },
  ) {
    if (bias === undefined) return kernels.products(a, b, transposeA, transposeB);
    // TensorFlow's fused form is slower on the CPU in most shapes, and six times where `b` is transposed.
    return kernels.scope((own) => {
      const product = own(kernels.products(a, b, transposeA, transposeB));
      return kernels.run('BiasAdd', [float], [kernels.id(product), kernels.id(bias)], product);
    });
  },

  Reshape(kernels: NativeKernels, { x }: Inputs<'x'>, { shape }: { shape: readonly number[] }) {
    return reshape(kernels, x, tf.util.inferFromImplicitShape([...shape], tf.util.sizeFromShape([...x.shape])));
  },

  KaleidoColumnSums(kernels: NativeKernels, { x }: Inputs<'x'>) {
    const attributes = [float, flag('keep_dims', false), type('Tidx', TF_INT32)];
    return kernels.run('Sum', attributes, [kernels.id(x), kernels.integers([0])], { shape: [x.shape[1]!] });
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
    return kernels.scope((own) => {
      const [q, k, v] = splitHeads(kernels, [query, key, value], heads).map(own) as [
        TensorInfo,
        TensorInfo,
        TensorInfo,
      ];
      const logits = own(kernels.products(q, k, false, true)); // [B,A,S,K]
      const [probabilities, thinned = probabilities] = attentionWeights(kernels, logits, mask, form, dropout) as [
        TensorInfo,
        TensorInfo?,
      ];
      if (dropout !== undefined) own(thinned);
      const perHead = own(kernels.products(thinned, v)); // [B,A,S,D/A]
      return [...joinHeads(kernels, [perHead]), probabilities];
    });
  },

  KaleidoAttentionGradient(
    kernels: NativeKernels,
    { gradient, query, key, value, probabilities }: Inputs<'gradient' | 'query' | 'key' | 'value' | 'probabilities'>,
    { heads, dropout }: { heads: number; dropout?: HashMask },
  ) {
    const form = attentionForm(query, key, heads);
    return kernels.scope((own) => {
      const [dcontext, q, k, v] = splitHeads(kernels, [gradient, query, key, value], heads).map(own) as [
        TensorInfo,
        TensorInfo,
        TensorInfo,
        TensorInfo,
      ];
      const dthinned = own(kernels.products(dcontext, v, false, true)); // [B,A,S,K]
      const [dlogits, thinned = probabilities] = attentionWeightsGradient(
        kernels,
        dthinned,
        probabilities,
        form,
        dropout,
      ).map(own) as [TensorInfo, TensorInfo?];
      const dquery = own(kernels.products(dlogits, k)); // [B,A,S,D/A]
      const dkey = own(kernels.products(dlogits, q, true, false));
      const dvalue = own(kernels.products(thinned, dcontext, true, false));
      return joinHeads(kernels, [dquery, dkey, dvalue]);
    });
  },

  KaleidoDropout(kernels: NativeKernels, { x }: Inputs<'x'>, mask: HashMask) {
    return thinned(kernels, x, mask);
  },

  KaleidoSoftmaxCrossEntropy(kernels: NativeKernels, { logits, labels }: Inputs<'logits' | 'labels'>) {
    // TensorFlow's own, SparseSoftmaxCrossEntropyWithLogits, takes twice the time on the CPU, and on a GPU adds up in an
    // order that changes from run to run.
    const [rows, classes] = logits.shape as [number, number];
    return kernels.call({
      name: `KaleidoSoftmaxCrossEntropy_${rows}_${classes}`,
      inputs: [logits, labels],
      outputs: [{ shape: [rows] }, logits],
      compiled: true,
      write: (graph, [given, wanted]) => {
        const places = graph.operation('Range', [graph.integer(0), graph.integer(classes), graph.integer(1)]);
        const hits = graph.operation('Equal', [places, graph.reshape(wanted!, rows, 1)]);
        const target = graph.cast(hits, TF_BOOL, TF_FLOAT);
        const logarithms = graph.operation('LogSoftmax', [given!]);
        const losses = graph.scale(graph.sum(graph.multiply(logarithms, target), 1, false), -1);
        // All that the gradient needs is `probabilities - oneHot`.
        return [losses, graph.subtract(graph.operation('Exp', [logarithms]), target)];
      },
    });
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
      compiled: true,
      write: (graph, [factors, x]) => [graph.multiply(graph.reshape(factors!, rows, 1), x!)],
    });
  },

  KaleidoDivergence(kernels: NativeKernels, { target, logits }: Inputs<'target' | 'logits'>) {
    return kernels.call({
      name: 'KaleidoDivergence',
      inputs: [target, logits],
      outputs: [{ shape: [logits.shape[0]!] }, logits],
      compiled: true,
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
      compiled: true,
      write: (graph, [dy, wanted, p]) => {
        // Only what is not clipped passes a gradient: g = -t / p there, and p * (g - sum(p * g)) by the softmax.
        const inside = graph.cast(graph.operation('Greater', [p!, graph.number(smallest)]), TF_BOOL, TF_FLOAT);
        const t = graph.multiply(clip(graph, wanted!), inside);
        const total = graph.sum(t, 1, true);
        const each = graph.subtract(graph.multiply(p!, total), t);
        return [graph.multiply(graph.reshape(dy!, rows, 1), each)];
      },
    });
  },

  KaleidoGatherRows(kernels: NativeKernels, { table, ids }: Inputs<'table' | 'ids'>) {
    const attributes = [type('Tparams', TF_FLOAT), type('Tindices', TF_INT32), type('Taxis', TF_INT32)];
    const inputs = [kernels.id(table), kernels.id(ids), kernels.integers([0], [])];
    return kernels.run('GatherV2', attributes, inputs, { shape: [...ids.shape, table.shape[1]!] });
  },

  KaleidoScatterAddRows(kernels: NativeKernels, { source, ids }: Inputs<'source' | 'ids'>, { rows }: { rows: number }) {
    const attributes = [float, type('Tindices', TF_INT32), type('Tnumsegments', TF_INT32)];
    const inputs = [kernels.id(source), kernels.id(ids), kernels.integers([rows], [])];
    return kernels.run('UnsortedSegmentSum', attributes, inputs, { shape: [rows, source.shape[1]!] });
  },

  KaleidoPool(
    kernels: NativeKernels,
    { x, weights }: Inputs<'x' | 'weights'>,
    { transposed }: { transposed: boolean },
  ) {
    return kernels.products(weights, x, transposed);
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
    if (tf.util.sizeFromShape(parameter.shape) >= leastCompiledUpdate) {
      const inputs = [kernels.id(gradient), kernels.id(scale), kernels.number(correctedRate), kernels.number(keep)];
      return kernels.update([parameter, first, second], (variables) =>
        kernels.callOnVariables(
          `KaleidoAdamW_${[beta1, beta2, epsilon].map(named).join('_')}`,
          variables,
          inputs,
          (graph, [w, m, v], [dw, factor, rate, kept]) => {
            const g = graph.multiply(dw!, factor!);
            const newM = graph.add(graph.scale(graph.read(m!), beta1), graph.scale(g, 1 - beta1));
            const newV = graph.add(graph.scale(graph.read(v!), beta2), graph.scale(graph.multiply(g, g), 1 - beta2));
            const divisor = graph.add(graph.operation('Sqrt', [newV]), graph.number(epsilon));
            const change = graph.multiply(rate!, graph.operation('RealDiv', [newM, divisor]));
            graph.assign(w!, graph.subtract(graph.multiply(graph.read(w!), kept!), change));
            graph.assign(m!, newM);
            graph.assign(v!, newV);
          },
        ),
      );
    }
    const scaled = binding.execute('Mul', [float], [kernels.id(gradient), kernels.id(scale)], 1)[0]!;
    // Zeros for the powers of the betas: the correction is in the rate already.
    const options = [0, 0, correctedRate, beta1, beta2, epsilon].map((value) => kernels.number(value));
    const dtype = type('dtype', TF_FLOAT);
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

/** TensorFlow.js' own makes a tensor for the new shape each time, and asks for it again afterwards. */
function reshape(kernels: NativeKernels, x: TensorInfo, shape: readonly number[]): TensorInfo {
  const attributes = [type('T', typeNumbers[x.dtype]), type('Tshape', TF_INT32)];
  return kernels.run('Reshape', attributes, [kernels.id(x), kernels.integers(shape)], { shape, dtype: x.dtype });
}

function geluTanh(graph: GraphBuilder, x: GraphOutput): GraphOutput {
  const cube = graph.multiply(graph.multiply(x, x), x);
  return graph.operation('Tanh', [graph.scale(graph.add(x, graph.scale(cube, geluCube)), geluSlope)]);
}

function clip(graph: GraphBuilder, x: GraphOutput): GraphOutput {
  return graph.operation('ClipByValue', [x, graph.number(smallest), graph.number(1)]);
}

interface AttentionForm {
  readonly batch: number;
  readonly heads: number;
  readonly keys: number;
  /** What the products of queries and keys are multiplied with. */
  readonly scale: number;
}

function attentionForm(query: TensorInfo, key: TensorInfo, heads: number): AttentionForm {
  const [batch, , width] = query.shape as [number, number, number];
  return { batch, heads, keys: key.shape[1]!, scale: 1 / Math.sqrt(width / heads) };
}

/** [B, S, D] to [B, A, S, D/A], for several tensors. */
function splitHeads(kernels: NativeKernels, tensors: readonly TensorInfo[], heads: number): TensorInfo[] {
  const forms = tensors.map(({ shape: [batch, length, width] }) => [batch!, length!, heads, width! / heads] as const);
  const split = forms.map(([batch, length, , part]) => ({ shape: [batch, heads, length, part] }));
  if (kernels.gpu)
    return kernels.call({
      name: `KaleidoSplitHeads_${forms.map((form) => form.join('x')).join('_')}`,
      inputs: tensors,
      outputs: split,
      compiled: true,
      write: (graph, inputs) =>
        inputs.map((x, index) => graph.transpose(graph.reshape(x, ...forms[index]!), 0, 2, 1, 3)),
    });
  // On the CPU one call for all of them takes six times as long.
  return kernels.scope((own) =>
    tensors.map((tensor, index) => {
      const parted = own(reshape(kernels, tensor, forms[index]!));
      const inputs = [kernels.id(parted), kernels.integers([0, 2, 1, 3])];
      return kernels.run('Transpose', [float, type('Tperm', TF_INT32)], inputs, split[index]!);
    }),
  );
}

/** [B, A, S, D/A] to [B, S, D], for several tensors in one call. */
function joinHeads(kernels: NativeKernels, tensors: readonly TensorInfo[]): TensorInfo[] {
  const shapes = tensors.map(({ shape: [batch, heads, length, part] }) => [batch!, length!, heads! * part!] as const);
  return kernels.call({
    name: `KaleidoJoinHeads_${shapes.map((shape) => shape.join('x')).join('_')}`,
    inputs: tensors,
    outputs: shapes.map((shape) => ({ shape })),
    compiled: true,
    write: (graph, inputs) =>
      inputs.map((x, index) => graph.reshape(graph.transpose(x, 0, 2, 1, 3), ...shapes[index]!)),
  });
}

/** Probabilities from `q . k`, and where there is dropout the same thinned out. */
function attentionWeights(
  kernels: NativeKernels,
  logits: TensorInfo,
  mask: TensorInfo,
  { batch, keys, scale }: AttentionForm,
  dropout: HashMask | undefined,
): TensorInfo[] {
  const softmax = (graph: GraphBuilder, products: GraphOutput, seen: GraphOutput): GraphOutput => {
    const hidden = graph.scale(graph.subtract(graph.number(1), seen), -10000);
    const shifted = graph.add(graph.scale(products, scale), graph.reshape(hidden, batch, 1, 1, keys));
    return graph.operation('Softmax', [shifted]);
  };
  const name = `KaleidoAttentionWeights_${batch}_${keys}_${named(scale)}`;
  if (!kernels.gpu) {
    // Operation by operation: on the CPU a compiled softmax takes more than twice the time.
    const [probabilities] = kernels.call({
      name,
      inputs: [logits, mask],
      outputs: [logits],
      write: (graph, [products, seen]) => [softmax(graph, products!, seen!)],
    }) as [TensorInfo];
    return dropout === undefined ? [probabilities] : [probabilities, thinned(kernels, probabilities, dropout)];
  }
  return withMask(kernels, dropout, (maskInputs) =>
    kernels.call({
      name: `${name}${thinning(dropout)}`,
      inputs: [logits, mask, ...maskInputs],
      outputs: dropout === undefined ? [logits] : [logits, logits],
      compiled: true,
      write: (graph, [products, seen, ...keysOfMask]) => {
        const probabilities = softmax(graph, products!, seen!);
        return dropout === undefined
          ? [probabilities]
          : [probabilities, thin(graph, probabilities, keysOfMask, dropout.scale)];
      },
    }),
  );
}

/** The gradient of `q . k`, and where there is dropout the probabilities thinned out once more. */
function attentionWeightsGradient(
  kernels: NativeKernels,
  dthinned: TensorInfo,
  probabilities: TensorInfo,
  { scale }: AttentionForm,
  dropout: HashMask | undefined,
): TensorInfo[] {
  return withMask(kernels, dropout, (maskInputs) =>
    kernels.call({
      name: `KaleidoAttentionWeightsGradient_${named(scale)}${thinning(dropout)}`,
      inputs: [dthinned, probabilities, ...maskInputs],
      outputs: dropout === undefined ? [probabilities] : [probabilities, probabilities],
      compiled: true,
      write: (graph, [dt, p, ...keysOfMask]) => {
        const dp = dropout === undefined ? dt! : thin(graph, dt!, keysOfMask, dropout.scale);
        const along = graph.sum(graph.multiply(dp, p!), 3, true);
        const dlogits = graph.scale(graph.multiply(p!, graph.subtract(dp, along)), scale);
        return dropout === undefined ? [dlogits] : [dlogits, thin(graph, p!, keysOfMask, dropout.scale)];
      },
    }),
  );
}

/** What dropout adds to a function's name. */
function thinning(dropout: HashMask | undefined): string {
  return dropout === undefined ? '' : `_thinned_${named(dropout.scale)}`;
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

/** Dropout by a mask. */
function thinned(kernels: NativeKernels, x: TensorInfo, mask: HashMask): TensorInfo {
  const [made] = withMask(kernels, mask, (maskInputs) =>
    kernels.call({
      name: `KaleidoDropout_${named(mask.scale)}`,
      inputs: [x, ...maskInputs],
      outputs: [x],
      compiled: true,
      write: (graph, [input, ...keysOfMask]) => [thin(graph, input!, keysOfMask, mask.scale)],
    }),
  ) as [TensorInfo];
  return made;
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
  const factors = graph.cast(stays, TF_BOOL, TF_FLOAT);
  const shaped = graph.operation('Reshape', [factors, graph.operation('Shape', [x])]);
  return graph.multiply(x, graph.scale(shaped, scale));
}
