import type { DropoutSeeds } from '@kaleido/foundation';
import type { ImageBatch, TextBatch } from '@kaleido/layout';
import type { Classifier } from '@kaleido/model';
import type { TrainingTask } from '@kaleido/training';
import { fieldsLoss } from './losses.ts';

/** Captions and photographs with their labels. */
export interface LabelledBatch {
  readonly text: TextBatch;
  readonly image: ImageBatch;
  /** [B] by field; -1 for none */
  readonly labels: ReadonlyMap<string, Int32Array>;
}

/** The trainer's task for fine-tuning a classifier: its variables, and `fieldsLoss` (paper 4.2). */
export function fieldsTask(classifier: Pick<Classifier, 'variables' | 'logits'>): TrainingTask<LabelledBatch> {
  return {
    variables: classifier.variables(),
    loss: (batch, seeds: DropoutSeeds) => ({
      loss: fieldsLoss(classifier.logits(batch, seeds), batch.labels),
      figures: {},
    }),
  };
}

/** Each field's labels of some rows. @param all [N] by field */
export function labelsOfRows(
  all: ReadonlyMap<string, Int32Array>,
  rows: readonly number[],
): ReadonlyMap<string, Int32Array> {
  return new Map([...all].map(([name, labels]) => [name, Int32Array.from(rows, (row) => labels[row] as number)]));
}
