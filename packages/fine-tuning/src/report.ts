import type { SkippedPhotograph } from './items.ts';
import type { Measurement } from './progress.ts';
import type { Figures } from './task.ts';

/** Result of a fine-tuning. */
export interface FineTuneReport<Figure extends string = string> {
  /** Number of training photographs. */
  readonly examples: number;
  /** Number of photographs left out because they have no label, or no caption. */
  readonly withoutLabel: number;
  /** By label field: photographs that are trained on by another field alone. */
  readonly missing: Readonly<Record<string, number>>;
  /** Photographs that could not be read. */
  readonly skipped: readonly SkippedPhotograph[];
  /** Steps done. */
  readonly steps: number;
  /** Whether it ended before its last step, because the validation figure no longer improved. */
  readonly stoppedEarly: boolean;
  /** What a reader should know of the labels, one sentence each. */
  readonly notes: readonly string[];
  /** On the validation items, if there were any. */
  readonly validation?: ValidationReport<Figure>;
}

export interface ValidationReport<Figure extends string = string> {
  /** Number of measured photographs. */
  readonly examples: number;
  readonly withoutLabel: number;
  readonly skipped: readonly SkippedPhotograph[];
  /** The figure that chose the weights; `last`: those after the last step were kept. */
  readonly keep: Figure | 'last';
  /** The step whose weights were kept. */
  readonly step: number;
  /** Of the weights that were kept. */
  readonly figures: Figures<Figure>;
  /** More about each label field, where the task has any: `FieldAccuracy` or `TagFigures`. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** All measurements. */
  readonly history: readonly Measurement<Figure>[];
}
