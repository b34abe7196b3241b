import type { OptimizerOptions } from './optimizer.ts';
import type { Schedule } from './schedule.ts';

/** Options of one training stage. */
export interface StageOptions {
  readonly name: string;
  readonly schedule: Schedule;
  readonly optimizer?: Partial<OptimizerOptions>;
  /**
   * Parts of a step's batch, whose gradients are averaged. Their number affects the result; the number of threads does
   * not. Threads beyond the number of parts are idle.
   */
  readonly microBatches: number;
  /** Examples per step, in all micro-batches; for the log's examples per second. */
  readonly examplesPerStep: number;
  /** Steps whose batches are made ahead; default: `defaultAhead`. */
  readonly ahead?: number;
}
