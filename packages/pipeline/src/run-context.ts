import type { KaleidoBertConfig } from '@kaleido/model';
import type { Tokenizer } from '@kaleido/tokenizer';
import type { RunSplits } from './open-source.ts';
import type { RunFolder } from './run-folder.ts';
import type { RunRecipeOptions } from './run-options.ts';
import type { PreparedRunSplits } from './run-splits.ts';

/** Everything a stage of a run reads. */
export interface RunContext extends PreparedRunSplits {
  readonly options: RunRecipeOptions;
  readonly sources: RunSplits;
  readonly tokenizer: Tokenizer;
  readonly config: KaleidoBertConfig;
  readonly folder: RunFolder;
  readonly times: { part: string; seconds: number }[];
  /** What the user should know of the products, for the report. */
  readonly notes: readonly string[];
}
