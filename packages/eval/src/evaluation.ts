import type { RetrievalResult } from './evaluate-retrieval.ts';

/**
 * What `evaluation.json` of a run folder and `--json` hold. Everything is in per cent (SumR is the sum of six of them)
 * unless it says otherwise. Stages that a run did not go through are left out; more keys may come.
 */
export interface Evaluation {
  /** Figures of the default scorer, and those of each scorer by name (`embeddings`, `matching`, `combined`). */
  readonly retrieval?: RetrievalResult & {
    /** Name of the default scorer in `scorers`. */
    readonly scorer?: string;
    readonly scorers?: Readonly<Record<string, RetrievalResult>>;
    /** Weight of the match score in the combined one, 0..1, as chosen on validation. */
    readonly matchingWeight?: number;
  };
  /** By field: `subcategory`, or `subcategory:image` where one modality alone was given. */
  readonly recognition?: Readonly<Record<string, RecognitionFigures>>;
  /** Share of puzzles solved. */
  readonly puzzles?: PuzzleFigures;
}

/** In per cent. */
export interface RecognitionFigures {
  readonly accuracy: number;
  /** Over the classes in truth or answers (scikit-learn's default). */
  readonly macroF1: number;
  /** Over all classes; absent ones count 0. */
  readonly macroF1AllClasses?: number;
}

/** In per cent of the puzzles solved. */
export interface PuzzleFigures {
  /** Chance: 25. */
  readonly rotation: number;
  /** Chance: 4.2 (24 orders). */
  readonly jigsaw: number;
  /** Chance: 11.1 (9 patches). */
  readonly camouflage: number;
}
