import type { ReplicaService, StageOptions } from '../src/index.ts';

export interface ToyData {
  readonly stage: StageOptions;
  readonly seed: number;
  /** Share of the hidden layer that is dropped. */
  readonly dropout?: number;
  /** First step whose loss is no number. */
  readonly poisonedFrom?: number;
  /** A step at which the gradient is no number, but the loss is. */
  readonly poisonedGradientAt?: number;
  /** A step whose last shard fails. */
  readonly failAt?: number;
  /** How: an error of any kind, one of ours, or the end of the thread. */
  readonly failure?: 'fault' | 'refusal' | 'end';
}

export function open(data: ToyData): Promise<ReplicaService>;
