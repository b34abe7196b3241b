import type { TensorInfo } from '@tensorflow/tfjs-core';
import { dropoutSettings } from '../dropout-settings.ts';
import { eachRow } from '../each-row.ts';
import { multiply } from '../multiply.ts';
import { dropoutFactor, rowThreads } from '../shader-parts.ts';
import type { WebgpuKernel } from '../webgpu-kernel.ts';
import { f32, u32 } from '../webgpu-kernels.ts';

export const attention: WebgpuKernel<'attention'> = (kernels, { query, key, value, mask }, { heads, dropout }) => {
  const { batch, queries, keys, width, part, perHead, weights, scale } = attentionForm(query, key, heads);
  const probabilities = kernels.make({ shape: [batch, heads, queries, keys] });
  multiply(kernels, {
    ...perHead,
    rows: queries,
    columns: keys,
    depth: part,
    a: inRows(query),
    b: inColumns(key),
    c: { ...weights, tensor: probabilities },
    scale,
  });
  const thinned = dropout === undefined ? probabilities : kernels.make(probabilities);
  const perQuery = mask.shape.length === 3;
  eachRow(kernels, {
    key: `attention softmax ${dropout !== undefined} ${perQuery}`,
    rows: batch * heads * queries,
    inputs: [['mask', mask]],
    outputs: [['p', probabilities], ...(dropout === undefined ? [] : [['thinned', thinned] as const])],
    settings: {
      keys: u32(keys),
      rows_of_batch: u32(heads * queries),
      ...(perQuery ? { queries: u32(queries) } : {}),
      ...dropoutSettings(dropout),
    },
    functions: dropout === undefined ? '' : dropoutFactor,
    body: `
let start = row * settings.keys;
${
  perQuery
    ? 'let seen = ((row / settings.rows_of_batch) * settings.queries + row % settings.queries) * settings.keys;'
    : 'let seen = (row / settings.rows_of_batch) * settings.keys;'
}
var top = smallestNumber;
for (var i = thread; i < settings.keys; i += ${rowThreads}u) {
  let logit = p[start + i] + (1.0 - mask[seen + i]) * -10000.0;
  p[start + i] = logit;
  top = max(top, logit);
}
top = largest(top, thread);
var sum = 0.0;
for (var i = thread; i < settings.keys; i += ${rowThreads}u) {
  let e = power(p[start + i] - top);
  p[start + i] = e;
  sum += e;
}
sum = total(sum, thread);
for (var i = thread; i < settings.keys; i += ${rowThreads}u) {
  let probability = p[start + i] / sum;
  p[start + i] = probability;
  ${dropout === undefined ? '' : 'thinned[start + i] = probability * dropout_factor(start + i);'}
}`,
  });
  const context = kernels.make({ shape: [batch, queries, width] });
  multiply(kernels, {
    ...perHead,
    rows: queries,
    columns: part,
    depth: keys,
    a: { ...weights, tensor: thinned },
    b: inRows(value),
    c: inRows(context),
  });
  if (thinned !== probabilities) kernels.discard(thinned);
  return [context, probabilities];

  function inRows(tensor: TensorInfo) {
    return { tensor, row: width, column: 1, outer: tensor.shape[1]! * width, step: part };
  }
  function inColumns(tensor: TensorInfo) {
    return { ...inRows(tensor), row: 1, column: width };
  }
};

export const attentionGradient: WebgpuKernel<'attentionGradient'> = (
  kernels,
  { gradient, query, key, value, probabilities },
  { heads, dropout },
) => {
  const { batch, queries, keys, width, part, perHead, weights, scale } = attentionForm(query, key, heads);
  const inRows = (tensor: TensorInfo) => ({
    tensor,
    row: width,
    column: 1,
    outer: tensor.shape[1]! * width,
    step: part,
  });
  const flipped = { ...weights, row: weights.column, column: weights.row };
  const dlogits = kernels.make(probabilities);
  multiply(kernels, {
    ...perHead,
    rows: queries,
    columns: keys,
    depth: part,
    a: inRows(gradient),
    b: { ...inRows(value), row: 1, column: width },
    c: { ...weights, tensor: dlogits },
  });
  const thinned = dropout === undefined ? probabilities : kernels.make(probabilities);
  eachRow(kernels, {
    key: `attention softmax gradient ${dropout !== undefined}`,
    rows: batch * heads * queries,
    inputs: [['p', probabilities]],
    outputs: [['d', dlogits], ...(dropout === undefined ? [] : [['thinned', thinned] as const])],
    settings: { keys: u32(keys), scale: f32(scale), ...dropoutSettings(dropout) },
    functions: dropout === undefined ? '' : dropoutFactor,
    body: `
let start = row * settings.keys;
var sum = 0.0;
for (var i = thread; i < settings.keys; i += ${rowThreads}u) {
  ${
    dropout === undefined
      ? ''
      : `let factor = dropout_factor(start + i);
  thinned[start + i] = p[start + i] * factor;
  d[start + i] *= factor;`
  }
  sum += d[start + i] * p[start + i];
}
sum = total(sum, thread);
for (var i = thread; i < settings.keys; i += ${rowThreads}u) {
  d[start + i] = p[start + i] * (d[start + i] - sum) * settings.scale;
}`,
  });
  const [dquery, dkey, dvalue] = [kernels.make(query), kernels.make(key), kernels.make(value)];
  const shared = { ...perHead, columns: part };
  const logits = { ...weights, tensor: dlogits };
  multiply(kernels, { ...shared, rows: queries, depth: keys, a: logits, b: inRows(key), c: inRows(dquery) });
  multiply(kernels, {
    ...shared,
    rows: keys,
    depth: queries,
    a: { ...flipped, tensor: dlogits },
    b: inRows(query),
    c: inRows(dkey),
  });
  multiply(kernels, {
    ...shared,
    rows: keys,
    depth: queries,
    a: { ...flipped, tensor: thinned },
    b: inRows(gradient),
    c: inRows(dvalue),
  });
  kernels.discard(dlogits);
  if (thinned !== probabilities) kernels.discard(thinned);
  return [dquery, dkey, dvalue];
};

/** The layout of the heads in [B, S, D] and of their weights in [B, A, S, K]. */
function attentionForm(query: TensorInfo, key: TensorInfo, heads: number) {
  const [batch, queries, width] = query.shape as [number, number, number];
  const keys = key.shape[1]!;
  const part = width / heads;
  return {
    batch,
    queries,
    keys,
    width,
    part,
    scale: 1 / Math.sqrt(part),
    perHead: { batch: batch * heads, inner: heads },
    weights: { row: keys, column: 1, outer: heads * queries * keys, step: queries * keys },
  };
}
