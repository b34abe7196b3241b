import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HashMask } from '../../operations/hash-mask.ts';
import { float, type } from '../attributes.ts';
import type { GraphOutput } from '../c-library.ts';
import { named } from '../function-name.ts';
import { thin, withMask } from '../graph-dropout.ts';
import type { GraphBuilder } from '../graph-function.ts';
import { type Each, mapTuple } from '../map-tuple.ts';
import type { NativeKernel } from '../native-kernel.ts';
import type { NativeKernels } from '../native-kernels.ts';
import { dataTypes } from '../native-types.ts';
import { reshape } from '../reshape.ts';
import { dropout as thinOut } from './dropout.ts';

export const attention: NativeKernel<'attention'> = (kernels, { query, key, value, mask }, { heads, dropout }) => {
  const form = attentionForm(query, key, heads);
  return kernels.scope((own) => {
    const [q, k, v] = mapTuple(splitHeads(kernels, [query, key, value], heads), own);
    const logits = own(kernels.products(q, k, false, true)); // [B,A,S,K]
    const [probabilities, thinned] = attentionWeights(kernels, logits, mask, form, dropout);
    const perHead = own(kernels.products(thinned === undefined ? probabilities : own(thinned), v)); // [B,A,S,D/A]
    const [context] = joinHeads(kernels, [perHead]);
    return [context, probabilities];
  });
};

export const attentionGradient: NativeKernel<'attentionGradient'> = (
  kernels,
  { gradient, query, key, value, probabilities },
  { heads, dropout },
) => {
  const form = attentionForm(query, key, heads);
  return kernels.scope((own) => {
    const [dcontext, q, k, v] = mapTuple(splitHeads(kernels, [gradient, query, key, value], heads), own);
    const dthinned = own(kernels.products(dcontext, v, false, true)); // [B,A,S,K]
    const weights = attentionWeightsGradient(kernels, dthinned, probabilities, form, dropout);
    const dlogits = own(weights[0]);
    const thinned = weights[1] === undefined ? probabilities : own(weights[1]);
    const dquery = own(kernels.products(dlogits, k)); // [B,A,S,D/A]
    const dkey = own(kernels.products(dlogits, q, true, false));
    const dvalue = own(kernels.products(thinned, dcontext, true, false));
    return joinHeads(kernels, [dquery, dkey, dvalue]);
  });
};

interface AttentionForm {
  readonly batch: number;
  readonly heads: number;
  readonly keys: number;
  /** The factor of the products of queries and keys. */
  readonly scale: number;
}

function attentionForm(query: TensorInfo, key: TensorInfo, heads: number): AttentionForm {
  const [batch, , width] = query.shape as [number, number, number];
  return { batch, heads, keys: key.shape[1]!, scale: 1 / Math.sqrt(width / heads) };
}

/** [B, S, D] to [B, A, S, D/A], for several tensors. */
function splitHeads<const Tensors extends readonly TensorInfo[]>(
  kernels: NativeKernels,
  tensors: Tensors,
  heads: number,
): Each<Tensors, TensorInfo> {
  const forms = tensors.map(({ shape: [batch, length, width] }) => [batch!, length!, heads, width! / heads] as const);
  const split = forms.map(([batch, length, , part]) => ({ shape: [batch, heads, length, part] }));
  if (kernels.gpu) {
    const made = kernels.call({
      name: `KaleidoSplitHeads_${forms.map((form) => form.join('x')).join('_')}`,
      inputs: tensors,
      outputs: split,
      compiled: true,
      write: (graph, inputs) =>
        inputs.map((x, index) => graph.transpose(graph.reshape(x, ...forms[index]!), 0, 2, 1, 3)),
    });
    return mapTuple(tensors, (_, index) => made[index]!);
  }
  // On the CPU one call for all of them takes six times as long.
  return kernels.scope((own) =>
    mapTuple(tensors, (tensor, index) => {
      const parted = own(reshape(kernels, tensor, forms[index]!));
      const inputs = [kernels.id(parted), kernels.integers([0, 2, 1, 3])];
      return kernels.run('Transpose', [float, type('Tperm', dataTypes.TF_INT32)], inputs, split[index]!);
    }),
  );
}

/** [B, A, S, D/A] to [B, S, D], for several tensors in one call. */
function joinHeads<const Tensors extends readonly TensorInfo[]>(
  kernels: NativeKernels,
  tensors: Tensors,
): Each<Tensors, TensorInfo> {
  const shapes = tensors.map(({ shape: [batch, heads, length, part] }) => [batch!, length!, heads! * part!] as const);
  const made = kernels.call({
    name: `KaleidoJoinHeads_${shapes.map((shape) => shape.join('x')).join('_')}`,
    inputs: tensors,
    outputs: shapes.map((shape) => ({ shape })),
    compiled: true,
    write: (graph, inputs) =>
      inputs.map((x, index) => graph.reshape(graph.transpose(x, 0, 2, 1, 3), ...shapes[index]!)),
  });
  return mapTuple(tensors, (_, index) => made[index]!);
}

/** Probabilities from `q . k`, and with dropout also the probabilities after it. */
function attentionWeights(
  kernels: NativeKernels,
  logits: TensorInfo,
  mask: TensorInfo,
  { batch, keys, scale }: AttentionForm,
  dropout: HashMask | undefined,
): [weights: TensorInfo, thinned?: TensorInfo] {
  // One row for all queries, or one for each.
  const maskRows = mask.shape.length === 3 ? mask.shape[1]! : 1;
  const softmax = (graph: GraphBuilder, products: GraphOutput, seen: GraphOutput): GraphOutput => {
    const hidden = graph.scale(graph.subtract(graph.number(1), seen), -10000);
    const shifted = graph.add(graph.scale(products, scale), graph.reshape(hidden, batch, 1, maskRows, keys));
    return graph.operation('Softmax', [shifted]);
  };
  const name = `KaleidoAttentionWeights_${batch}_${maskRows}_${keys}_${named(scale)}`;
  if (!kernels.gpu) {
    // Operation by operation: on the CPU a compiled softmax takes more than twice the time.
    const [probabilities] = kernels.call({
      name,
      inputs: [logits, mask],
      outputs: [logits],
      write: (graph, [products, seen]) => [softmax(graph, products, seen)],
    });
    return dropout === undefined ? [probabilities] : [probabilities, thinOut(kernels, { x: probabilities }, dropout)];
  }
  return withMask(kernels, dropout, (maskInputs) =>
    kernels.call({
      name: `${name}${thinning(dropout)}`,
      inputs: [logits, mask, ...maskInputs],
      outputs: dropout === undefined ? [logits] : [logits, logits],
      compiled: true,
      write: (graph, [products, seen, ...keysOfMask]) => {
        const probabilities = softmax(graph, products, seen);
        return dropout === undefined
          ? [probabilities]
          : [probabilities, thin(graph, probabilities, keysOfMask, dropout.scale)];
      },
    }),
  );
}

/** The gradient of `q . k`, and with dropout also the probabilities after it, recomputed. */
function attentionWeightsGradient(
  kernels: NativeKernels,
  dthinned: TensorInfo,
  probabilities: TensorInfo,
  { scale }: AttentionForm,
  dropout: HashMask | undefined,
): [weights: TensorInfo, thinned?: TensorInfo] {
  return withMask(kernels, dropout, (maskInputs) =>
    kernels.call({
      name: `KaleidoAttentionWeightsGradient_${named(scale)}${thinning(dropout)}`,
      inputs: [dthinned, probabilities, ...maskInputs],
      outputs: dropout === undefined ? [probabilities] : [probabilities, probabilities],
      compiled: true,
      write: (graph, [dt, p, ...keysOfMask]) => {
        const dp = dropout === undefined ? dt : thin(graph, dt, keysOfMask, dropout.scale);
        const along = graph.sum(graph.multiply(dp, p), 3, true);
        const dlogits = graph.scale(graph.multiply(p, graph.subtract(dp, along)), scale);
        return dropout === undefined ? [dlogits] : [dlogits, thin(graph, p, keysOfMask, dropout.scale)];
      },
    }),
  );
}

/** What dropout adds to a function's name. */
function thinning(dropout: HashMask | undefined): string {
  return dropout === undefined ? '' : `_thinned_${named(dropout.scale)}`;
}
