import type { StageMetrics } from '@kaleido/training';

/** Callbacks for the progress of a run. */
export interface RunListeners {
  /** A part of the run begins. */
  readonly onPart?: (part: string) => void;
  /** `total` where it is known. */
  readonly onProgress?: (done: number, total?: number) => void;
  readonly onMetrics?: (metrics: StageMetrics, steps: number) => void;
  /** Messages for the user, one line each. */
  readonly onMessage?: (message: string) => void;
}
