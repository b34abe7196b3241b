import type { SkippedPhotograph } from './image-features.ts';

/** How a fine-tuning went. */
export interface FineTuneReport {
  /** Photographs that were trained on. */
  readonly examples: number;
  /** Photographs left out because they have no label. */
  readonly withoutLabel: number;
  /** Photographs that could not be read. */
  readonly skipped: readonly SkippedPhotograph[];
  readonly steps: number;
  /** On the held-out photographs, where there were some: by label field. */
  readonly validation?: Readonly<Record<string, FieldAccuracy>>;
}

export interface FieldAccuracy {
  /** Share of right answers, 0..1. */
  readonly accuracy: number;
  /** Photographs that were asked about. Those without a label, or with a class that training has not seen, are not. */
  readonly examples: number;
  readonly unseenClass: number;
}
