import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HashMask } from './hash-mask.ts';

/** A kernel that takes no attributes. */
type None = Record<string, never>;

/**
 * All fused kernels: each computes an operation, or its gradient, as a whole. Operations call them by these names and
 * types (`run-fused.ts`); each backend's table has every one of them or says why not (`fused-kernel-table.ts`).
 *
 * Shapes: B batch, S queries, K keys, A heads, D width, N rows, V rows of a table, C classes. All tensors are float32
 * unless they say otherwise.
 */
export interface FusedKernels<T extends TensorInfo = TensorInfo> {
  /** One parameter's update. All tensors have the parameter's shape; `scale`, the gradient's factor, is a scalar. */
  readonly adamW: {
    readonly inputs: {
      readonly parameter: T;
      readonly gradient: T;
      readonly first: T;
      readonly second: T;
      readonly scale: T;
    };
    /** `correctedRate` holds the bias correction; `keep` is `1 - rate * decay`. */
    readonly attributes: {
      readonly beta1: number;
      readonly beta2: number;
      readonly correctedRate: number;
      readonly epsilon: number;
      readonly keep: number;
    };
    readonly outputs: [parameter: T, first: T, second: T];
  };
  /** The update of several parameters, numbered from 0; the outputs are those of `adamW`, parameter after parameter. */
  readonly adamWOfAll: {
    readonly inputs: { readonly scale: T } & {
      readonly [name: `${'parameter' | 'gradient' | 'first' | 'second'}${number}`]: T;
    };
    /** `decays` has one number for each parameter. */
    readonly attributes: {
      readonly beta1: number;
      readonly beta2: number;
      readonly rate: number;
      readonly correctedRate: number;
      readonly epsilon: number;
      readonly decays: readonly number[];
    };
    readonly outputs: T[];
  };
  /**
   * `query` [B, S, D], `key` and `value` [B, K, D], `mask` [B, K] or [B, S, K] to `context` [B, S, D], `probabilities`
   * [B, A, S, K].
   */
  readonly attention: {
    readonly inputs: { readonly query: T; readonly key: T; readonly value: T; readonly mask: T };
    readonly attributes: { readonly heads: number; readonly dropout?: HashMask };
    readonly outputs: [context: T, probabilities: T];
  };
  /** `gradient` is the context's, `probabilities` are those before dropout. */
  readonly attentionGradient: {
    readonly inputs: {
      readonly gradient: T;
      readonly query: T;
      readonly key: T;
      readonly value: T;
      readonly probabilities: T;
    };
    readonly attributes: { readonly heads: number; readonly dropout?: HashMask };
    readonly outputs: [query: T, key: T, value: T];
  };
  /** `x` [N, D] to [D]. */
  readonly columnSums: { readonly inputs: { readonly x: T }; readonly attributes: None; readonly outputs: T };
  /** `target` and `logits` [N, C] to `losses` [N], `probabilities` [N, C]. */
  readonly divergence: {
    readonly inputs: { readonly target: T; readonly logits: T };
    readonly attributes: None;
    readonly outputs: [losses: T, probabilities: T];
  };
  /** `gradient` [N] to the logits' gradient [N, C]. */
  readonly divergenceGradient: {
    readonly inputs: { readonly gradient: T; readonly target: T; readonly probabilities: T };
    readonly attributes: None;
    readonly outputs: T;
  };
  /** Also its own gradient. */
  readonly dropout: { readonly inputs: { readonly x: T }; readonly attributes: HashMask; readonly outputs: T };
  /** `table` [V, D], `ids` int32 [N] to [N, D]. */
  readonly gatherRows: {
    readonly inputs: { readonly table: T; readonly ids: T };
    readonly attributes: None;
    readonly outputs: T;
  };
  readonly gelu: { readonly inputs: { readonly x: T }; readonly attributes: None; readonly outputs: T };
  readonly geluGradient: {
    readonly inputs: { readonly gradient: T; readonly x: T };
    readonly attributes: None;
    readonly outputs: T;
  };
  /** The square root of the sum of all squares of all tensors, regardless of their names: a scalar. */
  readonly globalNorm: {
    readonly inputs: { readonly [name: string]: T };
    readonly attributes: None;
    readonly outputs: T;
  };
  /** `x` and `residual` [..., D], `gamma` and `beta` [D] to `y` and `normalised` [..., D], `reciprocals` of N deviations. */
  readonly layerNorm: {
    readonly inputs: { readonly x: T; readonly gamma: T; readonly beta: T; readonly residual?: T };
    readonly attributes: { readonly epsilon: number };
    readonly outputs: [y: T, normalised: T, reciprocals: T];
  };
  readonly layerNormGradient: {
    readonly inputs: { readonly gradient: T; readonly normalised: T; readonly reciprocals: T; readonly gamma: T };
    readonly attributes: None;
    readonly outputs: [x: T, gamma: T, beta: T];
  };
  /** `gelu(a . b + bias)`, with the `sums` before GELU, which its gradient needs. */
  readonly linearGelu: {
    readonly inputs: { readonly a: T; readonly b: T; readonly bias: T };
    readonly attributes: { readonly transposeA: boolean; readonly transposeB: boolean };
    readonly outputs: [values: T, sums: T];
  };
  /** `a . b + bias` for two matrices, either of them transposed first. */
  readonly matrixProduct: {
    readonly inputs: { readonly a: T; readonly b: T; readonly bias?: T };
    readonly attributes: { readonly transposeA: boolean; readonly transposeB: boolean };
    readonly outputs: T;
  };
  /** `x` [B, S, D], `weights` [K, S] or [B, K, S] to [B, K, D]; `transposed` multiplies by the transpose of `weights`. */
  readonly pool: {
    readonly inputs: { readonly x: T; readonly weights: T };
    readonly attributes: { readonly transposed: boolean };
    readonly outputs: T;
  };
  /** `source` [N, D], `ids` int32 [N] to [rows, D]. */
  readonly scatterAddRows: {
    readonly inputs: { readonly source: T; readonly ids: T };
    readonly attributes: { readonly rows: number };
    readonly outputs: T;
  };
  /** `logits` [N, C], `labels` int32 [N] to `losses` [N], and what the backend's own gradient kernel needs [N, C]. */
  readonly softmaxCrossEntropy: {
    readonly inputs: { readonly logits: T; readonly labels: T };
    readonly attributes: None;
    readonly outputs: [losses: T, saved: T];
  };
  /** `gradient` [N] to the logits' gradient [N, C]. */
  readonly softmaxCrossEntropyGradient: {
    readonly inputs: { readonly gradient: T; readonly saved: T; readonly labels: T };
    readonly attributes: None;
    readonly outputs: T;
  };
}

export type FusedKernel = keyof FusedKernels;

/** The name under which TensorFlow.js knows a fused kernel: `KaleidoLayerNorm` for `layerNorm`. */
export function registeredName(name: FusedKernel): string {
  return `Kaleido${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
