import type { ReplicaService, StageOptions } from '../src/index.ts';

export interface ToyData {
  readonly stage: StageOptions;
  readonly seed: number;
  /** Share of the hidden layer that is dropped. */
  readonly dropout?: number;
  /** First step whose loss is no number. */
  readonly poisonedFrom?: number;
  /** A step whose second shard fails. */
  readonly refuseAt?: number;
}

export function open(data: ToyData): Promise<ReplicaService>;
