/**
 * The exports of the module compiled from kernels/. Every number is a byte address in the memory of the WebAssembly
 * backend, a count, or a scalar of the operation; shapes and meanings are documented there.
 */
export interface KernelExports {
  matrixProductScratch(): number;
  matrixProduct(
    ...of: [
      a: number,
      aRow: number,
      aColumn: number,
      b: number,
      bRow: number,
      bColumn: number,
      c: number,
      cRow: number,
      m: number,
      n: number,
      k: number,
      bias: number,
      scratch: number,
    ]
  ): void;
  columnSums(x: number, target: number, rows: number, width: number): void;
  gelu(x: number, target: number, size: number): void;
  geluGradient(gradient: number, x: number, target: number, size: number): void;
  layerNorm(
    ...of: [
      x: number,
      residual: number,
      gamma: number,
      beta: number,
      y: number,
      normalised: number,
      reciprocals: number,
      rows: number,
      width: number,
      epsilon: number,
    ]
  ): void;
  layerNormGradient(
    ...of: [
      gradient: number,
      normalised: number,
      reciprocals: number,
      gamma: number,
      dx: number,
      dgamma: number,
      dbeta: number,
      rows: number,
      width: number,
    ]
  ): void;
  attentionScratch(queries: number, keys: number, maskRows: number): number;
  attention(
    ...of: [
      query: number,
      key: number,
      value: number,
      mask: number,
      context: number,
      probabilities: number,
      maskRows: number,
      batch: number,
      queries: number,
      keys: number,
      heads: number,
      width: number,
      scale: number,
      threshold: number,
      firstKey: number,
      secondKey: number,
      dropoutScale: number,
      scratch: number,
    ]
  ): void;
  attentionGradient(
    ...of: [
      gradient: number,
      query: number,
      key: number,
      value: number,
      probabilities: number,
      dquery: number,
      dkey: number,
      dvalue: number,
      batch: number,
      queries: number,
      keys: number,
      heads: number,
      width: number,
      scale: number,
      threshold: number,
      firstKey: number,
      secondKey: number,
      dropoutScale: number,
      scratch: number,
    ]
  ): void;
  dotRows(query: number, rows: number, target: number, count: number, width: number): void;
  dotByteRows(
    ...of: [
      query: number,
      rows: number,
      scales: number,
      target: number,
      count: number,
      width: number,
      queryScale: number,
    ]
  ): void;
  dropout(
    ...of: [
      x: number,
      target: number,
      start: number,
      size: number,
      threshold: number,
      firstKey: number,
      secondKey: number,
      scale: number,
    ]
  ): void;
  softmaxCrossEntropy(
    logits: number,
    labels: number,
    losses: number,
    probabilities: number,
    rows: number,
    classes: number,
  ): void;
  softmaxCrossEntropyGradient(
    gradient: number,
    probabilities: number,
    labels: number,
    target: number,
    rows: number,
    classes: number,
  ): void;
  divergence(targets: number, logits: number, losses: number, probabilities: number, rows: number, width: number): void;
  divergenceGradient(
    gradient: number,
    targets: number,
    probabilities: number,
    dlogits: number,
    rows: number,
    width: number,
  ): void;
  pool(
    ...of: [
      x: number,
      weights: number,
      target: number,
      batch: number,
      outputs: number,
      inputs: number,
      width: number,
      outputStep: number,
      inputStep: number,
      shared: number,
    ]
  ): void;
  gatherTableRows(table: number, ids: number, target: number, count: number, width: number): void;
  scatterAddRows(source: number, ids: number, target: number, count: number, rows: number, width: number): void;
  adamW(
    ...of: [
      parameter: number,
      gradient: number,
      first: number,
      second: number,
      newParameter: number,
      newFirst: number,
      newSecond: number,
      size: number,
      gradientScale: number,
      beta1: number,
      oneMinusBeta1: number,
      beta2: number,
      oneMinusBeta2: number,
      correctedRate: number,
      epsilon: number,
      keep: number,
    ]
  ): void;
  sumOfSquares(x: number, size: number): number;
}
