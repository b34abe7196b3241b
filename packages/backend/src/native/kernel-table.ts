import { absent, type FusedKernelTable } from '../operations/fused-kernel-table.ts';
import { adamW, adamWOfAll } from './kernels/adam-w.ts';
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
import type { NativeKernels } from './native-kernels.ts';

/** The fused kernels of `tensorflow`. */
export const tensorflowKernels: FusedKernelTable<NativeKernels> = {
  adamW,
  adamWOfAll: absent('on the CPU a call costs less than new memory, and adamW writes in place'),
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

/** The fused kernels of `cuda`: there a call costs more than new memory. */
export const cudaKernels: FusedKernelTable<NativeKernels> = { ...tensorflowKernels, adamWOfAll };
