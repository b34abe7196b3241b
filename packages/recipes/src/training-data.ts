import type { AlignmentTable } from '@kaleido/alignment';
import type { HardNegatives } from '@kaleido/pretrain-tasks';
import type { RecipeStage } from '@kaleido/recipe-schema';
import type { CatalogueData, SplitData } from '@kaleido/scoring';
import type { StageOptions } from '@kaleido/training';

/** What a stage of pre-training reads. */
export interface PretrainData extends SplitData {
  readonly stage: RecipeStage;
  /** The products of `data.more`. */
  readonly more?: CatalogueData;
  readonly hardNegatives?: HardNegatives;
  /** Pairs of the training products. */
  readonly alignments?: AlignmentTable;
}

/** What a fine-tuning reads. */
export interface FineTuneData extends SplitData {
  readonly stage: StageOptions;
  /** [N] by field; -1 where a product has no label. */
  readonly labels: ReadonlyMap<string, Int32Array>;
  readonly batchSize: number;
  /** Share of each level's patches that a step reads. */
  readonly patchShare: number;
}
