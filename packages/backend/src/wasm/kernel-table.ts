import { absent, type FusedKernelTable } from '../operations/fused-kernel-table.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { adamW } from './kernels/adam-w.ts';
import { attention, attentionGradient } from './kernels/attention.ts';
import { columnSums } from './kernels/column-sums.ts';
import { dropout } from './kernels/dropout.ts';
import { gatherRows, scatterAddRows } from './kernels/embedding.ts';
import { gelu, geluGradient } from './kernels/gelu.ts';
import { globalNorm } from './kernels/global-norm.ts';
import { divergence, divergenceGradient } from './kernels/kl-divergence.ts';
import { layerNorm, layerNormGradient } from './kernels/layer-norm.ts';
import { matrixProduct } from './kernels/matrix-product.ts';
import { pool } from './kernels/pool-rows.ts';
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from './kernels/softmax-cross-entropy.ts';

/** The fused kernels of `wasm`. */
export const wasmKernels: FusedKernelTable<KernelMemory> = {
  adamW,
  adamWOfAll: absent('a call into WebAssembly costs little, so each parameter has its own'),
  attention,
  attentionGradient,
  columnSums,
  divergence,
  divergenceGradient,
  dropout,
  gatherRows,
  scatterAddRows,
  gelu,
  geluGradient,
  globalNorm,
  layerNorm,
  layerNormGradient,
  linearGelu: absent('one more pass over the sums costs little beside the product'),
  matrixProduct,
  pool,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
};
