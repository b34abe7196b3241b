// The kernels that run in the linear memory of TensorFlow.js' WebAssembly backend, or of a `VectorTable`. All pointers are to memory that the
// caller has allocated; nothing here allocates, grows the memory or keeps static data.
export { attention, attentionGradient, attentionScratch } from './attention';
export { dotByteRows, dotRows } from './dot-rows';
export { dropout } from './dropout';
export { gelu, geluGradient } from './gelu';
export { layerNorm, layerNormGradient } from './layer-norm';
export { divergence, divergenceGradient, softmaxCrossEntropy, softmaxCrossEntropyGradient } from './losses';
export { matrixProduct, matrixProductScratch } from './matrix-product';
export { adamW, sumOfSquares } from './optimizer';
export { pool } from './pool';
export { columnSums, gatherTableRows, scatterAddRows } from './table';
