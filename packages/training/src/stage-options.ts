import type { OptimizerOptions } from './optimizer.ts';
import type { Schedule } from './schedule.ts';

/** How one stage of training goes. */
export interface StageOptions {
  readonly name: string;
  readonly schedule: Schedule;
  readonly optimizer?: Partial<OptimizerOptions>;
  /**
   * Parts that a step's batch is cut into, whose gradients are averaged. Their number, not that of the threads, decides
   * the result; more threads than micro-batches have nothing to do.
   */
  readonly microBatches: number;
  /** Examples of a step, all micro-batches together: for the examples a second of the log. */
  readonly examplesPerStep: number;
  /** Steps whose batches are made ahead; default: `defaultAhead`. */
  readonly ahead?: number;
}
