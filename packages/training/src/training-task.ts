import type { Tensor, Variable } from '@kaleido/backend';
import type { DropoutSeeds } from '@kaleido/foundation';

/** Result of one micro-batch. */
export interface TaskLoss {
  /** The scalar to minimise. */
  readonly loss: Tensor;
  /** Scalars for the log, by name; the same names every step. */
  readonly figures: Readonly<Record<string, Tensor>>;
}

/** Result of `embed`, by name. */
export type Embeddings = Readonly<Record<string, Tensor>>;

/** Results of `embed` in all micro-batches of a step, by name; empty for a task without it. */
export type GatheredEmbeddings = Readonly<Record<string, Gathered>>;

/** Embeddings of a whole step, for any number of micro-batches. */
export interface Gathered {
  /**
   * [rows of the step, W], micro-batch after micro-batch. Every micro-batch computes a loss over all rows; gradients
   * flow through its own rows only, and add up to those of the whole step.
   */
  readonly all: Tensor;
  /** First row of this micro-batch in `all`. */
  readonly start: number;
  readonly rows: number;
}

/**
 * A training task. The trainer knows neither model nor data: it passes batches, gets losses and updates variables. A
 * step consists of micro-batches, whose gradients are averaged in order: the result is the same for any number of
 * threads. All randomness depends on the batch and the seeds, so that a resumed run gives bit-identical results.
 */
export interface TrainingTask<Batch> {
  /** The variables to train, by name. */
  readonly variables: ReadonlyMap<string, Variable>;
  /**
   * Embeddings that losses compare across the whole step, [rows, W] each, by name; the same names every step. Left out
   * if every loss only needs its own micro-batch.
   */
  embed?(batch: Batch, seeds: DropoutSeeds): Embeddings;
  /** The loss of a micro-batch. @param gathered results of `embed` in all micro-batches */
  loss(batch: Batch, seeds: DropoutSeeds, gathered: GatheredEmbeddings): TaskLoss;
}

/**
 * A source of batches: plain typed arrays, without tensors. A step's number is the source's position: the same step
 * always gives the same batch. Steps are requested in ascending order, from any start; a source that reads a stream
 * skips forward to the first. A source that several ranks share (`ownerBatchSource`) is asked by each in its own
 * ascending order.
 */
export interface BatchSource<Batch> {
  /** The batch of one micro-batch of a step; both are counted from 0. */
  batch(step: number, microBatch: number): Batch | Promise<Batch>;
  close?(): Promise<void>;
}
