import type { SkippedPhotograph } from './image-features.ts';

/** Result of a fine-tuning. */
export interface FineTuneReport {
  /** Number of training photographs. */
  readonly examples: number;
  /** Number of photographs left out because they have no label. */
  readonly withoutLabel: number;
  /** Photographs that could not be read. */
  readonly skipped: readonly SkippedPhotograph[];
  readonly steps: number;
  /** On the held-out photographs, if there were any, by label field. */
  readonly validation?: Readonly<Record<string, FieldAccuracy>>;
}

export interface FieldAccuracy {
  /** Share of right answers, 0..1. */
  readonly accuracy: number;
  /** Number of measured photographs: those with a label of a class that training has seen. */
  readonly examples: number;
  readonly unseenClass: number;
}
