import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HashMask } from '../../operations/hash-mask.ts';
import type { KernelMemory } from '../kernel-memory.ts';
import type { WasmKernel } from '../wasm-kernel.ts';

const noDropout: HashMask = { threshold: 0, firstKey: 0, secondKey: 0, scale: 1 };

/** The last arguments of both kernels: sizes, the factor of the logits, dropout, scratch memory. */
function lastArguments(
  memory: KernelMemory,
  query: TensorInfo,
  key: TensorInfo,
  maskRows: number,
  heads: number,
  dropout = noDropout,
) {
  const [batch, queries, width] = query.shape as [number, number, number];
  const keys = key.shape[1]!;
  const { threshold, firstKey, secondKey, scale } = dropout;
  const scratch = memory.scratch(memory.run.attentionScratch(queries, keys, maskRows));
  const factor = 1 / Math.sqrt(width / heads);
  return [batch, queries, keys, heads, width, factor, threshold, firstKey, secondKey, scale, scratch] as const;
}

export const attention: WasmKernel<'attention'> = (memory, { query, key, value, mask }, { heads, dropout }) => {
  const maskRows = mask.shape.length === 3 ? mask.shape[1]! : 1;
  const last = lastArguments(memory, query, key, maskRows, heads, dropout);
  const [batch, queries, keys, , width] = last;
  const context = memory.allocate(batch, queries, width);
  const probabilities = memory.allocate(batch, heads, queries, keys);
  memory.run.attention(
    memory.address(query),
    memory.address(key, batch * keys * width),
    memory.address(value, batch * keys * width),
    memory.address(mask, batch * maskRows * keys),
    memory.address(context),
    memory.address(probabilities),
    maskRows,
    ...last,
  );
  return [context, probabilities];
};

export const attentionGradient: WasmKernel<'attentionGradient'> = (
  memory,
  { gradient, query, key, value, probabilities },
  { heads, dropout },
) => {
  const last = lastArguments(memory, query, key, 0, heads, dropout);
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
    ...last,
  );
  return [dquery, dkey, dvalue];
};
