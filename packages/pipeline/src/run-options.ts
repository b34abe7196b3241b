import type { Backend, Precision } from '@kaleido/backend';
import type { StageMetrics } from '@kaleido/training';
import type { Recipe } from './recipe.ts';

export interface RunListeners {
  /** A part of the run begins. */
  readonly onPart?: (part: string) => void;
  /** `total` where it is known. */
  readonly onProgress?: (done: number, total?: number) => void;
  readonly onMetrics?: (metrics: StageMetrics, steps: number) => void;
  /** What is worth knowing, a line each. */
  readonly onMessage?: (message: string) => void;
}

export interface RunRecipeOptions extends RunListeners {
  readonly recipe: Recipe;
  /** The command line that repeats this run, for the report. Default: the recipe's own. */
  readonly command?: string;
  /** Folder of products, for recipes that need one. */
  readonly data?: string;
  readonly out: string;
  /** Whether a run that lies in `out` is removed once this one is sure to begin. Default: it is left, and refused. */
  readonly overwrite?: boolean;
  /** Where features and vocabularies are kept between runs. */
  readonly cache: string;
  readonly backend: Backend;
  /** Of matrix products. Default: float32, in which all backends agree. */
  readonly precision?: Precision;
  readonly threads: number;
  /** Ends the run after the steps in hand, with everything saved to go on from. */
  readonly signal?: AbortSignal;
  /** Seconds of pre-training that a killed run loses at most, or its steps between two lines of metrics. Default: 120. */
  readonly saveEverySeconds?: number;
}
