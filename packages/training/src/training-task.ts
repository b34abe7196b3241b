import type { Tensor, Variable } from '@kaleido/backend';
import type { DropoutSeeds } from '@kaleido/foundation';

/** What one micro-batch gave. */
export interface TaskLoss {
  /** What is minimised, a scalar. */
  readonly loss: Tensor;
  /** Scalars for the log, by name; the same names every step. */
  readonly figures: Readonly<Record<string, Tensor>>;
}

/** What `embed` gives, by name. */
export type Embeddings = Readonly<Record<string, Tensor>>;

/** What `embed` gave in all micro-batches of a step, by name; nothing for a task without it. */
export type GatheredEmbeddings = Readonly<Record<string, Gathered>>;

/** Embeddings of a whole step, whatever it is cut into. */
export interface Gathered {
  /**
   * [rows of the step, W], micro-batch after micro-batch. Every micro-batch computes a loss over all of them; gradients flow
   * through its own rows alone, and add up to those of the whole step.
   */
  readonly all: Tensor;
  /** This micro-batch's rows of `all`. */
  readonly start: number;
  readonly rows: number;
}

/**
 * What is trained. The trainer knows neither model nor data: it hands over batches, asks for losses and moves variables.
 * A step is cut into micro-batches, whose gradients are averaged in their order: the result is the same for any number of
 * threads. All randomness follows from the batch and the seeds, so that an interrupted run resumes to the same bits.
 */
export interface TrainingTask<Batch> {
  /** The variables to be moved, by name. */
  readonly variables: ReadonlyMap<string, Variable>;
  /**
   * What losses compare across the whole step, [rows, W] each, by name; the same names every step. Left out if every loss
   * needs its own micro-batch alone.
   */
  embed?(batch: Batch, seeds: DropoutSeeds): Embeddings;
  /** The loss of a micro-batch. @param gathered what `embed` gave in all micro-batches */
  loss(batch: Batch, seeds: DropoutSeeds, gathered: GatheredEmbeddings): TaskLoss;
}

/**
 * Where batches come from: plain typed arrays, without tensors. A step's number is the source's position: the same step
 * gives the same batch, whenever it is asked for. Steps are asked for in ascending order, from any one on; a source that
 * reads a stream skips forward to the first.
 */
export interface BatchSource<Batch> {
  /** The batch of one micro-batch of a step; both are counted from 0. */
  batch(step: number, microBatch: number): Batch | Promise<Batch>;
  close?(): Promise<void>;
}
