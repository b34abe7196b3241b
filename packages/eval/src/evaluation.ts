import type { RetrievalResult } from './evaluate-retrieval.ts';

/**
 * The contents of `evaluation.json` in a run folder and of `--json`. Everything is in per cent (SumR is the sum of six
 * of them) unless stated otherwise. Stages that a run did not include are left out; keys may be added later.
 */
export interface Evaluation {
  /** Figures of the default scorer, and of each scorer by name (`embeddings`, `matching`, `combined`). */
  readonly retrieval?: RetrievalResult & {
    /** Name of the default scorer in `scorers`. */
    readonly scorer?: string;
    readonly scorers?: Readonly<Record<string, RetrievalResult>>;
    /** Weight of the match score in the combined score, 0..1, chosen on validation. */
    readonly matchingWeight?: number;
  };
  /** By field: `subcategory`, or `subcategory:image` if only one modality was given. */
  readonly recognition?: Readonly<Record<string, RecognitionFigures>>;
  /** Share of puzzles solved. */
  readonly puzzles?: PuzzleFigures;
}

/** In per cent. */
export interface RecognitionFigures {
  readonly accuracy: number;
  /** Over the classes in truth or predictions (scikit-learn's default). */
  readonly macroF1: number;
  /** Over all classes; absent ones count 0. */
  readonly macroF1AllClasses?: number;
}

/** Puzzles solved, in per cent. */
export interface PuzzleFigures {
  /** Chance: 25. */
  readonly rotation: number;
  /** Chance: 4.2 (24 orders). */
  readonly jigsaw: number;
  /** Chance: 11.1 (9 patches). */
  readonly camouflage: number;
}
