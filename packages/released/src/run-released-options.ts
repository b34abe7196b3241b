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
  /** Whether to remove an existing run in `out` once all checks have passed. Default: it stays, and the new run is refused. */
  readonly overwrite?: boolean;
  readonly backend: Backend;
  readonly precision?: Precision;
  readonly threads: number;
  /** Stops the run at its next line of metrics, with its state saved so that it can resume. */
  readonly signal?: AbortSignal;
}
