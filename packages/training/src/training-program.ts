import type { Tensor, Variable } from '@kaleido/backend';

/** What one shard of a step gave. */
export interface ShardLoss {
  /** What is minimised, a scalar. */
  readonly loss: Tensor;
  /** Scalars worth logging, by name; the same names every step. */
  readonly figures: Readonly<Record<string, Tensor>>;
}

/**
 * Something that can be trained. The trainer knows neither model nor task: it asks for losses and moves variables.
 * A step is cut into shards, whose gradients are averaged in their order: so the result is the same for any number of
 * threads.
 */
export interface TrainingProgram {
  /** The variables to be moved, by name. */
  readonly variables: ReadonlyMap<string, Variable>;
  /**
   * The loss of one shard of a step, counted from 0. All randomness must follow from these two numbers and the
   * program's own seed: a run that was broken off then goes on as if it had not been.
   */
  computeLoss(step: number, shard: number): ShardLoss;
}
