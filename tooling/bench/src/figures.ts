import type { Backend, Precision } from '@kaleido/backend';
import type { BenchPreset } from './bench-setting.ts';
import type { WorkCounts } from './count-work.ts';

/** Rates in GFLOP/s: of A.B, of A.B' (the gradient of the left side) and of A'.B (of the right side). */
export interface ProductRates {
  readonly nn: number;
  readonly nt: number;
  readonly tn: number;
}

export interface ProductFigures extends ProductRates {
  readonly name: string;
  /** Products per call; 1 except for attention. */
  readonly batch: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** The same with TensorFlow.js' own kernel, if the backend has another and both were requested. */
  readonly composed?: ProductRates;
}

/** The best rate of each form over all shapes, and the rates of each shape. */
export interface MatmulFigures extends ProductRates {
  readonly shapes: readonly ProductFigures[];
}

/** Milliseconds for an operation's value and all its gradients. */
export interface OperationFigures {
  readonly name: string;
  readonly fused: number;
  /** With TensorFlow.js' own operations; absent if the backend has no custom kernels. */
  readonly composed?: number;
}

export interface StepFigures extends WorkCounts {
  readonly milliseconds: number;
  readonly bestMilliseconds: number;
  readonly examplesPerSecond: number;
  /** Rate of the step's matrix products divided by the backend's best measured rate of A.B, 0..1. */
  readonly utilisation: number;
  /** Only the forward pass and the losses, without dropout. */
  readonly forwardMilliseconds: number;
  /** Operations of the step's matrix products. */
  readonly floatingPointOperations: number;
  readonly parameters: number;
  /** Live tensors after the first step, and after the last. */
  readonly tensorsBefore: number;
  readonly tensorsAfter: number;
  /** Bytes of all tensors between two steps. */
  readonly bytes: number;
  /** Resident memory of the process after the last step. */
  readonly residentBytes: number;
  /** Number of timed steps. */
  readonly steps: number;
}

export interface MatchingFigures {
  readonly pairsPerSecond: number;
  /** Captions scored against one photograph at once. */
  readonly pairs: number;
}

export interface TorchFigures {
  readonly version: string;
  readonly device: string;
  readonly attention: TorchAttention;
  readonly milliseconds: number;
  /** Our time, measured alternately with torch. */
  readonly ownMilliseconds: number;
  readonly bestMilliseconds: number;
  readonly ownBestMilliseconds: number;
  /** Our median time divided by torch's: below 1 we are faster. */
  readonly ratio: number;
  /** The same ratio for the best runs, which other programs disturb least. */
  readonly ratioOfBests: number;
  /** Ratio of the medians in each turn. */
  readonly ratios: readonly number[];
  /** The first losses of both, without dropout and from equal weights. */
  readonly losses: readonly (readonly [ours: number, torch: number])[];
}

/** Torch's own attention (`sdpa`), or one composed of basic operations like our composed one (`eager`). */
export type TorchAttention = 'sdpa' | 'eager';

/** The figures of one backend. Parts that were not reached are absent, and `error` contains the reason. */
export interface BackendFigures {
  readonly backend: Backend;
  readonly description?: string;
  readonly preset: BenchPreset;
  readonly batchSize: number;
  /** S, positions per sequence. */
  readonly sequenceLength: number;
  readonly dropout: number;
  readonly precision: Precision;
  /** Requested threads per operation; if absent, one per core, or one. */
  readonly threads?: number;
  readonly machine: string;
  readonly matmul?: MatmulFigures;
  readonly operations?: readonly OperationFigures[];
  readonly step?: StepFigures;
  /** The same step without custom kernels. */
  readonly composedStep?: StepFigures;
  readonly matching?: MatchingFigures;
  readonly torch?: TorchFigures;
  readonly error?: string;
}

/** The parts of the figures. Each is sent as soon as it is available, because a later part may crash the process. */
export type FiguresPart = Partial<
  Pick<BackendFigures, 'description' | 'matmul' | 'operations' | 'step' | 'composedStep' | 'matching' | 'torch'>
>;
