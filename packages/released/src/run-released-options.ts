import type { Backend, Precision } from '@kaleido/backend';
import type { RunListeners } from '@kaleido/runs';
import type { ReleasedRecipe } from './released-recipe.ts';

export interface RunReleasedOptions extends RunListeners {
  readonly recipe: ReleasedRecipe;
  /** Folder of the files that the recipe names. */
  readonly data: string;
  /** A released checkpoint, or a model folder of this project. */
  readonly checkpoint?: string | undefined;
  readonly out: string;
  /** Whether a run that lies in `out` is removed once this one is sure to begin. Default: it is left, and refused. */
  readonly overwrite?: boolean;
  readonly backend: Backend;
  readonly precision?: Precision;
  readonly threads: number;
  /** Ends the run at its next line of metrics, with everything saved to resume from. */
  readonly signal?: AbortSignal;
}
