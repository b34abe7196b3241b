import type { AtelierOptions, SubcategoryName } from '@kaleido/data';
import type { StageObjectives } from '@kaleido/pretrain-tasks';

/** One run, as a JSON file of recipes/ says it. Defaults are in recipe-schema.ts. */
export interface Recipe {
  readonly $schema?: string | undefined;
  readonly name: string;
  readonly description: string;
  readonly command: string;
  readonly hardware: string;
  readonly expectedTime: string;
  /** Measured figures, by their path in evaluation.json. */
  readonly expectedFigures: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly data: AtelierData | FolderData;
  readonly features: {
    readonly extractor: RecipeExtractor;
    readonly foreground: RecipeForeground;
    /** Whether a background that can be told from the product is painted white; the paper leaves it. */
    readonly cutOut: boolean;
  };
  readonly tokenizer:
    | { readonly kind: 'train'; readonly size: number }
    /** A vocabulary, or a folder with one; its settings lie beside it. */
    | { readonly kind: 'file'; readonly path: string };
  readonly model: {
    /** A preset's name, and keys of `config.json` that are to be otherwise. */
    readonly preset: string;
    readonly settings: Readonly<Record<string, unknown>>;
    /** Folder of a Hugging Face BERT of that size and the same tokenizer, with whose words and layers the model begins. */
    readonly bert?: string | undefined;
  };
  readonly stages: readonly RecipeStage[];
  readonly fineTuning?: RecipeFineTuning | undefined;
  readonly evaluation: RecipeEvaluation;
}

/** The embedded catalogue that draws itself. */
export interface AtelierData {
  readonly kind: 'atelier';
  /** Articles to train on, one picture each. */
  readonly products: number;
  /** Articles held back to measure recognition and puzzles on, of all sub-categories. */
  readonly heldOut: number;
  /** Articles held back for retrieval, twice: once to choose the scorer's weight on, once to measure. */
  readonly retrieval: number;
  /** Their sub-categories: few, so that a list's 100 negatives are all of the query's own. */
  readonly retrievalSubcategories: readonly SubcategoryName[];
  /** Pixels a side. */
  readonly imageSize: number;
  /** What the shop stocks and where it photographs; what is left out is as the atelier has it by default. */
  readonly collection: {
    readonly [Option in 'subcategories' | 'colours' | 'patterns' | 'backgrounds']?: AtelierOptions[Option] | undefined;
  };
  /**
   * Where the pictures to train on are taken, if elsewhere than the others: more coloured walls and clutter than will be
   * met teach a model to look past them.
   */
  readonly trainingBackgrounds?: AtelierOptions['backgrounds'];
}

/** Products of the folder that the command line names. */
export interface FolderData {
  readonly kind: 'folder';
  readonly train: string;
  readonly validation: string;
  readonly more?: MoreData | undefined;
}

/**
 * More products, for the objectives that say so: other photographs than those to be met, smaller ones say, still teach
 * what words look like. A run goes on without them where the folder is not there.
 */
export interface MoreData {
  /** Seen from the folder that the command line names. */
  readonly folder: string;
  readonly split: string;
  /** How their features are made, if otherwise than the others'; as wide as those. */
  readonly extractor?: RecipeExtractor | undefined;
}

export type RecipeExtractor =
  | SingleRecipeExtractor
  | { readonly kind: 'joined'; readonly parts: readonly SingleRecipeExtractor[] };

export type SingleRecipeExtractor =
  | { readonly kind: 'pixels'; readonly size: number }
  | { readonly kind: 'colours'; readonly bins: number; readonly cells: number }
  | (RecipeNetwork & { readonly kind: 'mobilenet-v2'; readonly weights?: string | undefined })
  | (RecipeNetwork & { readonly kind: 'resnet50' | 'resnet50-v2-stage3'; readonly weights: string });

/** A convolutional network; sizes are of square pictures, the path of the weights from where the user stands. */
export interface RecipeNetwork {
  readonly scheme: 'pass-per-patch' | 'pooled-map';
  readonly inputSize?: number | undefined;
  readonly rotatedInputSize?: number | undefined;
}

/** How the object is found in a photograph. */
export type RecipeForeground =
  | { readonly kind: 'whole-image' }
  | {
      readonly kind: 'background-colour';
      readonly threshold?: number | undefined;
      readonly padding?: number | undefined;
    }
  | {
      readonly kind: 'network' | 'u2net';
      readonly threshold?: number | undefined;
      readonly padding?: number | undefined;
      readonly keep?: number | undefined;
      readonly weights?: string | undefined;
    };

export interface RecipeStage {
  readonly name: string;
  readonly steps: number;
  readonly learningRate: number;
  /** Share of the steps in which the rate rises. */
  readonly warmup: number;
  /** Parts of a step, one a thread. */
  readonly microBatches: number;
  readonly weightDecay: number;
  /** Negatives that the model takes for the right one most easily are mined before the stage. */
  readonly hardNegatives?: { readonly perRow: number; readonly share: number } | undefined;
  readonly objectives: StageObjectives;
}

export interface RecipeFineTuning {
  /** Label fields: `category`, `subcategory`, or an attribute. */
  readonly fields: readonly string[];
  readonly inputs: readonly ('image' | 'text' | 'both')[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** `cls`: the paper's layer on the pooled [CLS]. `cls-and-means`: it also sees mean features and embeddings, and the joint space. */
  readonly head: 'cls' | 'cls-and-means';
  /** Width of a hidden layer of the classifier; 0 for none, as in the paper. */
  readonly hiddenSize: number;
  /** Dropout in the classifier; 0.1 in the released fine-tuning code. */
  readonly dropout: number;
  /** 0.01, as BERT was fine-tuned with; a hidden layer of thousands of inputs stands more. */
  readonly weightDecay: number;
  /** Share of each level's patches that a step looks at. */
  readonly patchShare: number;
  readonly microBatches: number;
}

export interface RecipeEvaluation {
  /** Lists are drawn with the seeds 0 to `lists` - 1. */
  readonly lists: number;
  readonly queries: number;
  readonly candidates: number;
  /** Queries of the one list that the weight of the combined scorer is chosen on. */
  readonly weightQueries: number;
  readonly puzzles: number;
}
