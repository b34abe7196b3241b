import type { AlignmentFigures } from './alignment/alignment-figures.ts';
import type { CaptionFactFigures } from './captions/caption-facts.ts';
import type { RetrievalResult } from './evaluate-retrieval.ts';
import type { TwoStageFigures } from './ranking/two-stage-retrieval.ts';

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
    /** Weight of the match score in the combined score, 0..1, chosen on other lists, of validation products. */
    readonly matchingWeight?: number;
  };
  /** Every photograph against every caption of the split and back; never part of a run's own evaluation. */
  readonly fullRetrieval?: FullRetrievalFigures;
  /** By field: `subcategory`, or `subcategory:image` if only one modality was given. */
  readonly recognition?: Readonly<Record<string, RecognitionFigures>>;
  /** Share of puzzles solved. */
  readonly puzzles?: PuzzleFigures;
  /** Masked pieces of unseen captions named right. */
  readonly words?: WordFigures;
  /** Parts found by each aligner, by its name. */
  readonly alignment?: Readonly<Record<string, AlignmentFigures>>;
  /** Captions written for unseen photographs. */
  readonly captions?: CaptionFigures;
}

/** Figures of the full set, and what they cost. */
export interface FullRetrievalFigures extends TwoStageFigures {
  /** Products on which the weight of the match score was chosen, in words. */
  readonly weightChosenOn: string;
  /** Pairs that the matching head read; a pair that both directions ask for is read once. */
  readonly pairs: number;
  readonly pairsPerSecond: number;
  /** Of embedding, the first stage, and the second stage, of the measured products alone. */
  readonly seconds: { readonly embeddings: number; readonly firstStage: number; readonly secondStage: number };
}

/** Scores of captions against the true ones, times 100, as papers print them. */
export interface ScoredCaptions {
  readonly bleu1: number;
  readonly bleu2: number;
  readonly bleu3: number;
  readonly bleu4: number;
  readonly rougeL: number;
  /** 0..1000 */
  readonly ciderD: number;
  /** Exact and stem, without synonyms. */
  readonly meteor: number;
  /** Of what the captions state, if the data say what is true. */
  readonly facts?: CaptionFactFigures;
}

export interface CaptionFigures extends ScoredCaptions {
  /** How many were written. */
  readonly captions: number;
  /** Candidates of the search at a time. */
  readonly beam: number;
  /** No run of so many pieces stands twice in a caption; 0: repeats were allowed, as in runs without this figure. */
  readonly blockNgram?: number;
  /** The baseline: the caption of the training photograph that is nearest in the joint space. */
  readonly nearest?: ScoredCaptions;
}

/** How often a masked piece is named right. */
export interface GuessedWords {
  /** In per cent. */
  readonly accuracy: number;
  /** Mean of -log of the true piece's probability. */
  readonly crossEntropy: number;
}

/** Masked pieces read with the product's photograph, with other input, and guessed by counting. */
export interface WordsRead extends GuessedWords {
  /** How many were masked. */
  readonly pieces: number;
  /** With the photograph of another product. A model that reads photographs is worse with it. */
  readonly otherPhotograph: GuessedWords;
  /** From the caption alone. */
  readonly noPhotograph: GuessedWords;
  /** Always the commonest piece of the training captions. */
  readonly commonest?: GuessedWords;
  /** What stood between the two pieces beside it in the training captions. */
  readonly neighbours?: GuessedWords;
}

export interface WordFigures extends WordsRead {
  /** How many captions the pieces are from. */
  readonly captions: number;
  /** By what the piece speaks of (`colour`, `type` ...; `none`: nothing visible), if the data say it. */
  readonly byAspect?: Readonly<Record<string, WordsRead>>;
}

/** In per cent. */
export interface RecognitionFigures {
  readonly accuracy: number;
  /** Over the classes in truth or predictions (scikit-learn's default). */
  readonly macroF1: number;
  /** Over all classes that the classifier knows or the truth has; one that never comes up counts 0. */
  readonly macroF1AllClasses?: number;
  /** F1 of the mean precision and the mean recall over the classes in truth or predictions. */
  readonly f1OfMeans?: number;
  /**
   * Mean of the average precisions by probability, each class against all others, over those classes in the truth that the
   * classifier knows.
   */
  readonly meanAveragePrecision?: number;
  /** Where the commonest class of the measured products is always answered. */
  readonly commonestClass?: { readonly name: string; readonly accuracy: number; readonly macroF1: number };
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
