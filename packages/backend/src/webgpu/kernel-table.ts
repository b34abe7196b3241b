import { absent, type FusedKernelTable } from '../operations/fused-kernel-table.ts';
import { adamW } from './kernels/adam-w.ts';
import { attention, attentionGradient } from './kernels/attention.ts';
import { columnSums } from './kernels/column-sums.ts';
import { dropout } from './kernels/dropout.ts';
import { gatherRows, scatterAddRows } from './kernels/embedding.ts';
import { gelu, geluGradient } from './kernels/gelu.ts';
import { globalNorm } from './kernels/global-norm.ts';
import { divergence, divergenceGradient } from './kernels/kl-divergence.ts';
import { layerNorm, layerNormGradient } from './kernels/layer-norm.ts';
import { linearGelu } from './kernels/linear-gelu.ts';
import { matrixProduct } from './kernels/matrix-product.ts';
import { pool } from './kernels/pool-rows.ts';
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from './kernels/softmax-cross-entropy.ts';
import type { WebgpuKernels } from './webgpu-kernels.ts';

/** The fused kernels of `webgpu`. */
export const webgpuKernels: FusedKernelTable<WebgpuKernels> = {
  adamW,
  adamWOfAll: absent('one parameter takes five of the eight storage buffers that WebGPU guarantees a kernel'),
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
  linearGelu,
  matrixProduct,
  pool,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
};
