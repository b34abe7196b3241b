import type { Backend, Precision } from '@kaleido/backend';
import type { DataReading } from '@kaleido/data/node';
import type { Evaluation } from '@kaleido/eval';
import type { Recipe } from '@kaleido/recipe-schema';
import type { RunListeners } from '@kaleido/runs';

export interface RunRecipeOptions extends RunListeners {
  readonly recipe: Recipe;
  /** The command line that repeats this run, for the report. Default: the recipe's own. */
  readonly command?: string;
  /** File or folder of products, for recipes that need one. */
  readonly data?: string;
  /** How they are read. Default: as `openData` guesses. */
  readonly reading?: DataReading;
  readonly out: string;
  /** Whether to remove an existing run in `out` once all checks have passed. Default: it stays, and the new run is refused. */
  readonly overwrite?: boolean;
  /** Most bytes of features in memory; a larger store is read on demand. Default: 4 GiB. */
  readonly featureMemory?: number;
  /** Folder that keeps features and vocabularies between runs. */
  readonly cache: string;
  /**
   * Folder that keeps the weights at the end of each stage, for runs whose recipes begin alike: they take the stages that
   * are there instead of training them. Default: none; every run trains all of its stages.
   */
  readonly keptStages?: string;
  readonly backend: Backend;
  /** Precision of matrix products. Default: float32, in which all backends agree. */
  readonly precision?: Precision;
  readonly threads: number;
  /** Stops training at its next line of metrics, and other parts as soon as they can. The state is saved, and the run can resume. */
  readonly signal?: AbortSignal;
  /** Most seconds of pre-training that a killed run loses, or its steps between two lines of metrics. Default: 120. */
  readonly saveEverySeconds?: number;
}

/** What preparing the products of a run reads. */
export type PrepareOptions = Omit<RunRecipeOptions, 'out' | 'backend' | 'onMetrics' | 'keptStages'>;

/** What aligning the training products reads. */
export type AlignStepOptions = PrepareOptions & Pick<RunRecipeOptions, 'backend' | 'precision' | 'saveEverySeconds'>;

export interface RunResult {
  readonly kind: 'finished' | 'interrupted';
  /** When the run was finished, in ISO 8601, if it was already finished; nothing was done then. */
  readonly finishedBefore?: string;
  readonly report?: string;
  readonly evaluation?: Evaluation;
}
