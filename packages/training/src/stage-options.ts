import type { OptimizerOptions } from './optimizer.ts';
import type { Schedule } from './schedule.ts';

/** How one stage of training goes. */
export interface StageOptions {
  readonly name: string;
  readonly schedule: Schedule;
  readonly optimizer?: Partial<OptimizerOptions>;
  /**
   * Parts that a step's batch is cut into. Their number, not that of the threads, decides the result; more threads than
   * shards find nothing to do.
   */
  readonly shards: number;
  /** Examples of a step, all shards together: for the examples a second of the log. */
  readonly examplesPerStep: number;
}
