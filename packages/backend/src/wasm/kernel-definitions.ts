import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HashMask } from '../operations/hash-mask.ts';
import { type KernelMemory, sizeOf } from './kernel-memory.ts';

type Inputs<Names extends string> = { readonly [Name in Names]: TensorInfo };
type Definition = (memory: KernelMemory, inputs: never, attributes: never) => TensorInfo | TensorInfo[];

const noDropout: HashMask = { threshold: 0, firstKey: 0, secondKey: 0, scale: 1 };

/** The fused kernels by the name under which TensorFlow.js knows them; src/operations/ says what each computes. */
export const definitions: Readonly<Record<string, Definition>> = {
  KaleidoMatrixProduct(
    memory: KernelMemory,
    { a, b, bias }: Inputs<'a' | 'b'> & Partial<Inputs<'bias'>>,
    { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean },
  ) {
    const [aRows, aColumns] = matrixShape(a);
    const [bRows, bColumns] = matrixShape(b);
    const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
    const n = transposeB ? bRows : bColumns;
    const scratch = memory.scratch(memory.run.matrixProductScratch());
    const c = memory.allocate(m, n);
    memory.run.matrixProduct(
      memory.address(a),
      transposeA ? 1 : aColumns,
      transposeA ? aColumns : 1,
      memory.address(b, k * n),
      transposeB ? 1 : bColumns,
      transposeB ? bColumns : 1,
      memory.address(c),
      n,
      m,
      n,
      k,
      bias === undefined ? 0 : memory.address(bias, n),
      scratch,
    );
    return c;
  },

  KaleidoColumnSums(memory: KernelMemory, { x }: Inputs<'x'>) {
    const [rows, width] = matrixShape(x);
    const sums = memory.allocate(width);
    memory.run.columnSums(memory.address(x), memory.address(sums), rows, width);
    return sums;
  },

  KaleidoGelu(memory: KernelMemory, { x }: Inputs<'x'>) {
    const y = memory.allocate(...x.shape);
    memory.run.gelu(memory.address(x), memory.address(y), sizeOf(x));
    return y;
  },

  KaleidoGeluGradient(memory: KernelMemory, { gradient, x }: Inputs<'gradient' | 'x'>) {
    const dx = memory.allocate(...x.shape);
    memory.run.geluGradient(memory.address(gradient), memory.address(x), memory.address(dx), sizeOf(x));
    return dx;
  },

  KaleidoLayerNorm(
    memory: KernelMemory,
    { x, residual, gamma, beta }: Inputs<'x' | 'gamma' | 'beta'> & Partial<Inputs<'residual'>>,
    { epsilon }: { epsilon: number },
  ) {
    const [rows, width] = matrixShape(x);
    const y = memory.allocate(...x.shape);
    const normalised = memory.allocate(...x.shape);
    const reciprocals = memory.allocate(rows);
    memory.run.layerNorm(
      memory.address(x),
      residual === undefined ? 0 : memory.address(residual, rows * width),
      memory.address(gamma, width),
      memory.address(beta, width),
      memory.address(y),
      memory.address(normalised),
      memory.address(reciprocals),
      rows,
      width,
      epsilon,
    );
    return [y, normalised, reciprocals];
  },

  KaleidoLayerNormGradient(
    memory: KernelMemory,
    { gradient, normalised, reciprocals, gamma }: Inputs<'gradient' | 'normalised' | 'reciprocals' | 'gamma'>,
  ) {
    const [rows, width] = matrixShape(gradient);
    const dx = memory.allocate(...gradient.shape);
    const dgamma = memory.allocate(width);
    const dbeta = memory.allocate(width);
    memory.run.layerNormGradient(
      memory.address(gradient),
      memory.address(normalised),
      memory.address(reciprocals),
      memory.address(gamma),
      memory.address(dx),
      memory.address(dgamma),
      memory.address(dbeta),
      rows,
      width,
    );
    return [dx, dgamma, dbeta];
  },

  KaleidoAttention(
    memory: KernelMemory,
    { query, key, value, mask }: Inputs<'query' | 'key' | 'value' | 'mask'>,
    { heads, dropout }: { heads: number; dropout?: HashMask },
  ) {
    const [batch, queries, width] = query.shape as [number, number, number];
    const keys = key.shape[1]!;
    const { threshold, firstKey, secondKey, scale } = dropout ?? noDropout;
    const scratch = memory.scratch(memory.run.attentionScratch(queries, keys));
    const context = memory.allocate(batch, queries, width);
    const probabilities = memory.allocate(batch, heads, queries, keys);
    memory.run.attention(
      memory.address(query),
      memory.address(key, batch * keys * width),
      memory.address(value, batch * keys * width),
      memory.address(mask, batch * keys),
      memory.address(context),
      memory.address(probabilities),
      batch,
      queries,
      keys,
      heads,
      width,
      1 / Math.sqrt(width / heads),
      threshold,
      firstKey,
      secondKey,
      scale,
      scratch,
    );
    return [context, probabilities];
  },

  KaleidoAttentionGradient(
    memory: KernelMemory,
    { gradient, query, key, value, probabilities }: Inputs<'gradient' | 'query' | 'key' | 'value' | 'probabilities'>,
    { heads, dropout }: { heads: number; dropout?: HashMask },
  ) {
    const [batch, queries, width] = query.shape as [number, number, number];
    const keys = key.shape[1]!;
    const { threshold, firstKey, secondKey, scale } = dropout ?? noDropout;
    const scratch = memory.scratch(memory.run.attentionScratch(queries, keys));
    const dquery = memory.allocate(...query.shape);
    const dkey = memory.allocate(...key.shape);
    const dvalue = memory.allocate(...value.shape);
    memory.run.attentionGradient(
      memory.address(gradient),
      memory.address(query),
      memory.address(key),
      memory.address(value),
      memory.address(probabilities),
      memory.address(dquery),
      memory.address(dkey),
      memory.address(dvalue),
      batch,
      queries,
      keys,
      heads,
      width,
      1 / Math.sqrt(width / heads),
      threshold,
      firstKey,
      secondKey,
      scale,
      scratch,
    );
    return [dquery, dkey, dvalue];
  },

  KaleidoDropout(memory: KernelMemory, { x }: Inputs<'x'>, { threshold, firstKey, secondKey, scale }: HashMask) {
    const y = memory.allocate(...x.shape);
    memory.run.dropout(memory.address(x), memory.address(y), 0, sizeOf(x), threshold, firstKey, secondKey, scale);
    return y;
  },

  KaleidoSoftmaxCrossEntropy(memory: KernelMemory, { logits, labels }: Inputs<'logits' | 'labels'>) {
    const [rows, classes] = matrixShape(logits);
    const losses = memory.allocate(rows);
    const probabilities = memory.allocate(rows, classes);
    memory.run.softmaxCrossEntropy(
      memory.address(logits),
      memory.indices(labels, rows, classes, 'a label'),
      memory.address(losses),
      memory.address(probabilities),
      rows,
      classes,
    );
    return [losses, probabilities];
  },

  KaleidoSoftmaxCrossEntropyGradient(
    memory: KernelMemory,
    { gradient, probabilities, labels }: Inputs<'gradient' | 'probabilities' | 'labels'>,
  ) {
    const [rows, classes] = matrixShape(probabilities);
    const dlogits = memory.allocate(rows, classes);
    memory.run.softmaxCrossEntropyGradient(
      memory.address(gradient),
      memory.address(probabilities),
      memory.address(labels, rows, 'int32'),
      memory.address(dlogits),
      rows,
      classes,
    );
    return dlogits;
  },

  KaleidoDivergence(memory: KernelMemory, { target, logits }: Inputs<'target' | 'logits'>) {
    const [rows, width] = matrixShape(logits);
    const losses = memory.allocate(rows);
    const probabilities = memory.allocate(rows, width);
    memory.run.divergence(
      memory.address(target, rows * width),
      memory.address(logits),
      memory.address(losses),
      memory.address(probabilities),
      rows,
      width,
    );
    return [losses, probabilities];
  },

  KaleidoDivergenceGradient(
    memory: KernelMemory,
    { gradient, target, probabilities }: Inputs<'gradient' | 'target' | 'probabilities'>,
  ) {
    const [rows, width] = matrixShape(probabilities);
    const dlogits = memory.allocate(rows, width);
    memory.run.divergenceGradient(
      memory.address(gradient),
      memory.address(target),
      memory.address(probabilities),
      memory.address(dlogits),
      rows,
      width,
    );
    return dlogits;
  },

  KaleidoGatherRows(memory: KernelMemory, { table, ids }: Inputs<'table' | 'ids'>) {
    const [rows, width] = matrixShape(table);
    const count = sizeOf(ids);
    const target = memory.allocate(count, width);
    memory.run.gatherTableRows(
      memory.address(table),
      memory.indices(ids, count, rows, 'an id'),
      memory.address(target),
      count,
      width,
    );
    return target;
  },

  KaleidoScatterAddRows(memory: KernelMemory, { source, ids }: Inputs<'source' | 'ids'>, { rows }: { rows: number }) {
    const [count, width] = matrixShape(source);
    const target = memory.allocate(rows, width);
    memory.run.scatterAddRows(
      memory.address(source),
      memory.indices(ids, count, rows, 'an id'),
      memory.address(target),
      count,
      rows,
      width,
    );
    return target;
  },

  KaleidoPool(memory: KernelMemory, { x, weights }: Inputs<'x' | 'weights'>, { transposed }: { transposed: boolean }) {
    const [batch, inputs, width] = x.shape as [number, number, number];
    const shared = weights.shape.length === 2;
    const [rows, columns] = weights.shape.slice(-2) as [number, number];
    const outputs = transposed ? columns : rows;
    const target = memory.allocate(batch, outputs, width);
    memory.run.pool(
      memory.address(x),
      memory.address(weights, (shared ? 1 : batch) * outputs * inputs),
      memory.address(target),
      batch,
      outputs,
      inputs,
      width,
      transposed ? 1 : inputs,
      transposed ? outputs : 1,
      shared ? 1 : 0,
    );
    return target;
  },

  KaleidoAdamW(
    memory: KernelMemory,
    { parameter, gradient, first, second, scale }: Inputs<'parameter' | 'gradient' | 'first' | 'second' | 'scale'>,
    {
      beta1,
      beta2,
      correctedRate,
      epsilon,
      keep,
    }: Readonly<Record<'beta1' | 'beta2' | 'correctedRate' | 'epsilon' | 'keep', number>>,
  ) {
    // New memory for each: the backend keeps packed copies of the weights of its own products, by tensor.
    const newParameter = memory.allocate(...parameter.shape);
    const newFirst = memory.allocate(...parameter.shape);
    const newSecond = memory.allocate(...parameter.shape);
    memory.run.adamW(
      memory.address(parameter),
      memory.address(gradient, sizeOf(parameter)),
      memory.address(first, sizeOf(parameter)),
      memory.address(second, sizeOf(parameter)),
      memory.address(newParameter),
      memory.address(newFirst),
      memory.address(newSecond),
      sizeOf(parameter),
      memory.number(scale),
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      correctedRate,
      epsilon,
      keep,
    );
    return [newParameter, newFirst, newSecond];
  },

  KaleidoGlobalNorm(memory: KernelMemory, tensors: Readonly<Record<string, TensorInfo>>) {
    let sum = 0;
    for (const tensor of Object.values(tensors)) sum += memory.run.sumOfSquares(memory.address(tensor), sizeOf(tensor));
    return memory.scalar(Math.sqrt(sum));
  },
};

/** A tensor as a matrix: the product of the leading dimensions, and the last one. */
function matrixShape(tensor: TensorInfo): [rows: number, width: number] {
  const width = tensor.shape[tensor.shape.length - 1] ?? 1;
  return [width === 0 ? 0 : sizeOf(tensor) / width, width];
}
