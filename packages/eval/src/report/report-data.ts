import type { AlignedPicture } from '../alignment/aligned-picture.ts';
import type { HiddenParts } from '../alignment/guided-masking-svg.ts';
import type { Evaluation } from '../evaluation.ts';

/** A picture as a `data:` URI, so that the page needs no other file. */
export type Picture = string;

/** One line of a run's `metrics.jsonl`. */
export interface MetricLine {
  /** Name of the stage, e.g. `contrastive`, `pretrain`, `finetune subcategory (image)`. */
  readonly stage: string;
  /** Steps done within the stage. */
  readonly step: number;
  /** Mean of each loss since the previous line, by name; `loss` is the minimised one. */
  readonly losses: Readonly<Record<string, number>>;
  readonly learningRate: number;
  /** Since the stage began. */
  readonly seconds: number;
  readonly examplesPerSecond: number;
}

/** A query and its best candidates. */
export interface RetrievalExample {
  readonly direction: 'image-to-text' | 'text-to-image';
  readonly query: { readonly picture?: Picture; readonly caption?: string };
  /** Up to ten of the best, the best first. */
  readonly ranked: readonly {
    readonly picture?: Picture;
    readonly caption?: string;
    readonly score: number;
    readonly right: boolean;
  }[];
  /** Rank of the right candidate among all, from 1. */
  readonly rank: number;
  /** The right candidate, shown behind them with its rank if it is not among them. */
  readonly positive?: { readonly picture?: Picture; readonly caption?: string; readonly score?: number };
  readonly candidates: number;
}

/** Input of the model, truth and prediction. */
export interface PuzzleExamples {
  /** The input patch, turned clockwise by `truth` quarters. */
  readonly rotation: readonly { readonly picture: Picture; readonly truth: number; readonly answer: number }[];
  /** Place i showed `pieces[i]`, which belongs at place `truth[i]`; the model says `answer[i]`. 2 x 2, row by row. */
  readonly jigsaw: readonly {
    readonly pieces: readonly Picture[];
    readonly truth: readonly number[];
    readonly answer: readonly number[];
  }[];
  /** 3 x 3, row by row; one piece is from another product. */
  readonly camouflage: readonly {
    readonly pieces: readonly Picture[];
    readonly truth: number;
    readonly answer: number;
  }[];
  /** 4 x 4, with the pieces that were shown grey. */
  readonly grey: readonly ColouredPuzzle[];
  /** 5 x 5, with the pieces that were left out. */
  readonly blank: readonly ColouredPuzzle[];
}

export interface ColouredPuzzle {
  /** All pieces in colour, row by row. */
  readonly pieces: readonly Picture[];
  /** Indices of the pieces that the model did not see (in colour). */
  readonly hidden: readonly number[];
  /** What it saw instead, one per hidden piece (a grey piece); absent if it saw nothing. */
  readonly shown?: readonly Picture[];
  /** What the model painted, one per hidden piece; absent if its features are not pixels. */
  readonly painted?: readonly Picture[];
  /** Divergence between prediction and truth, mean over the hidden pieces (lower is better). */
  readonly divergence: number;
}

/** A photograph with the caption that the model wrote for it. */
export interface CaptionExample {
  readonly picture: Picture;
  readonly written: string;
  readonly truth: string;
  /** That of the nearest training photograph. */
  readonly nearest?: string;
}

/** A photograph with its pairs of word and patch, and one draw of what guided masking hides of it. */
export interface AlignmentExample {
  /** Its picture is a `data:` URI. */
  readonly product: AlignedPicture;
  readonly hidden: HiddenParts;
}

/** An image or row that was left out, and why. */
interface SkippedLine {
  readonly id: string;
  readonly reason: string;
}

/** The contents of the report page. All text is untrusted: captions come from users' data. */
export interface ReportData {
  readonly recipe: string;
  readonly description: string;
  /** The command that repeats the run. */
  readonly command: string;
  readonly seed: number;
  /** ISO 8601. */
  readonly finishedAt: string;
  /** Where it ran: label and value, e.g. ['Backend', 'wasm, 2 threads']. */
  readonly environment: readonly (readonly [label: string, value: string])[];
  /** What was trained: label and value, e.g. ['Parameters', '1,204,992']. */
  readonly model: readonly (readonly [label: string, value: string])[];
  /** What it was trained on: label and value. */
  readonly data: readonly (readonly [label: string, value: string])[];
  /** Duration of each part, in order. */
  readonly times: readonly { readonly part: string; readonly seconds: number }[];
  readonly metrics: readonly MetricLine[];
  readonly evaluation: Evaluation;
  readonly retrievalExamples: readonly RetrievalExample[];
  readonly puzzles?: PuzzleExamples;
  readonly captions?: readonly CaptionExample[];
  readonly alignment?: readonly AlignmentExample[];
  /** Images and rows that were left out, with the reason. */
  readonly skipped: readonly SkippedLine[];
  /** The same by kind of reason, the most common first (`summariseSkipped` of `@kaleido/data`). */
  readonly skippedKinds: readonly {
    readonly kind: string;
    readonly count: number;
    readonly examples: readonly SkippedLine[];
  }[];
  /** Things a reader must know, e.g. that the contrastive objective is not in the paper. */
  readonly notes: readonly string[];
}
