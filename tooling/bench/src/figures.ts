import type { Backend, Precision } from '@kaleido/backend';
import type { BenchPreset } from './bench-setting.ts';
import type { WorkCounts } from './count-work.ts';

/** Rates in GFLOP/s: of A.B, of A.B' (a gradient of the left side) and of A'.B (of the right one). */
export interface ProductRates {
  readonly nn: number;
  readonly nt: number;
  readonly tn: number;
}

export interface ProductFigures extends ProductRates {
  readonly name: string;
  /** Products at once; 1 but for attention's. */
  readonly batch: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** The same by TensorFlow.js' own kernel, where the backend has another and both were asked for. */
  readonly composed?: ProductRates;
}

/** The best rate of each form over all shapes, and each shape's. */
export interface MatmulFigures extends ProductRates {
  readonly shapes: readonly ProductFigures[];
}

/** Milliseconds for an operation's value and all its gradients. */
export interface OperationFigures {
  readonly name: string;
  readonly fused: number;
  /** Composed of TensorFlow.js' own operations; absent where the backend has no kernels of ours. */
  readonly composed?: number;
}

export interface StepFigures extends WorkCounts {
  readonly milliseconds: number;
  readonly bestMilliseconds: number;
  readonly examplesPerSecond: number;
  /** Rate of the step's matrix products over the backend's best measured rate of A.B, 0..1. */
  readonly utilisation: number;
  /** The pass forward and the losses alone, without dropout. */
  readonly forwardMilliseconds: number;
  /** Of the step's matrix products. */
  readonly floatingPointOperations: number;
  readonly parameters: number;
  /** Live tensors after the first step, and after the last. */
  readonly tensorsBefore: number;
  readonly tensorsAfter: number;
  /** Held by tensors between two steps. */
  readonly bytes: number;
  /** Of the process, after the last step. */
  readonly residentBytes: number;
  /** That were timed. */
  readonly steps: number;
}

export interface MatchingFigures {
  readonly pairsPerSecond: number;
  /** Captions that one photograph was scored against at once. */
  readonly pairs: number;
}

export interface TorchFigures {
  readonly version: string;
  readonly device: string;
  readonly attention: TorchAttention;
  readonly milliseconds: number;
  /** Ours, timed in turn with it. */
  readonly ownMilliseconds: number;
  readonly bestMilliseconds: number;
  readonly ownBestMilliseconds: number;
  /** Ours over torch's, of medians: below 1 we are faster. */
  readonly ratio: number;
  /** Of the best runs: what is left where other programs disturb one of the two more than the other. */
  readonly ratioOfBests: number;
  /** Of the medians of each turn. */
  readonly ratios: readonly number[];
  /** The first losses of both without dropout, from equal weights. */
  readonly losses: readonly (readonly [ours: number, torch: number])[];
}

/** Torch's own attention, or one written out as our composed one is. */
export type TorchAttention = 'sdpa' | 'eager';

/** What one backend came to; parts that were not reached are absent, and then `error` says why. */
export interface BackendFigures {
  readonly backend: Backend;
  readonly description?: string;
  readonly preset: BenchPreset;
  readonly batchSize: number;
  /** S, positions a sequence. */
  readonly sequenceLength: number;
  readonly dropout: number;
  readonly precision: Precision;
  /** Threads of one operation that were asked for; as many as there are cores, or one, where absent. */
  readonly threads?: number;
  readonly machine: string;
  readonly matmul?: MatmulFigures;
  readonly operations?: readonly OperationFigures[];
  readonly step?: StepFigures;
  /** The same step without any kernel of ours. */
  readonly composedStep?: StepFigures;
  readonly matching?: MatchingFigures;
  readonly torch?: TorchFigures;
  readonly error?: string;
}

/** The parts of the figures, each sent as soon as it is there: what comes after may end the process. */
export type FiguresPart = Partial<
  Pick<BackendFigures, 'description' | 'matmul' | 'operations' | 'step' | 'composedStep' | 'matching' | 'torch'>
>;
