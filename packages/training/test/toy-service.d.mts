import type { BatchSource, ReplicaService, StageOptions } from '../src/index.ts';

export interface ToyData {
  readonly stage: StageOptions;
  readonly seed: number;
  /** Share of the hidden layer that is dropped. */
  readonly dropout?: number;
  /** Weight of a loss that compares all examples of a step, across micro-batches. */
  readonly contrast?: number;
  /** First step whose loss is NaN. */
  readonly poisonedFrom?: number;
  /** A step at which the gradient is NaN, but the loss is finite. */
  readonly poisonedGradientAt?: number;
  /** A step whose last micro-batch fails. */
  readonly failAt?: number;
  /** How: an error of any kind, one of ours, or the end of the thread. */
  readonly failure?: 'fault' | 'refusal' | 'end';
  /** Whether the thread that owns this one makes the batches. */
  readonly fromOwner?: boolean;
}

export function open(data: ToyData): Promise<ReplicaService>;
export function toySource(stage: Pick<StageOptions, 'microBatches'>, seed: number): BatchSource<object>;
