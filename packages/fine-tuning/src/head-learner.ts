import { type Tensor, tf } from '@kaleido/backend';
import { type DropoutSeeds, epochOrder } from '@kaleido/foundation';
import { type ImageBatch, residentFeatures, type TextBatch } from '@kaleido/layout';
import { headInput, headInputSize } from '@kaleido/model';
import { imageBatch } from '@kaleido/pretrain-tasks';
import { type BatchSource, replicaService, type TrainingTask } from '@kaleido/training';
import { captionBatch, captionFor } from './caption-batch.ts';
import { interruptible } from './interruptible.ts';
import type { Items } from './items.ts';
import { passes } from './passes.ts';
import type { Learner, LearnerSetting, Measured } from './task.ts';
import type { TaskHead } from './task-head.ts';
import { trainedVariables } from './trained.ts';

/** A task of a head that reads each item alone. */
export interface HeadTask<Result, Figure extends string> {
  readonly head: TaskHead<Result>;
  readonly notes: readonly string[];
  readonly missing: Readonly<Record<string, number>>;
  /** The loss of these rows of the training items. @param outputs of the head, [B, ...] each */
  loss(outputs: readonly Tensor[], rows: readonly number[]): Tensor;
  /** The figures of the validation items. @param outputs of the head for all of them */
  measure(outputs: readonly Float32Array[]): Measured<Figure> | Promise<Measured<Figure>>;
}

/** Items, in the model's input or as what the head reads of them. */
type HeadBatch = { readonly rows: readonly number[] } & (
  | { readonly text: TextBatch; readonly image: ImageBatch }
  | { readonly read: Float32Array }
);

/**
 * Learns a head. If only the head is trained, the model's outputs for all items are computed first: each is
 * `headInputSize` numbers, and a step no longer needs the model.
 * @throws the signal's reason; the head is then disposed of
 */
export async function headLearner<Result, Figure extends string>(
  task: HeadTask<Result, Figure>,
  { model, tokenizer, train, validation, trained, seed, signal }: LearnerSetting,
): Promise<Learner<Result, Figure>> {
  const { head } = task;
  const { input } = head;
  const W = headInputSize(input, model.config);

  const modelBatch = async (of: Items, rows: readonly number[]) => {
    const captions = rows.map((row) => captionFor({ id: '', ...of.items[row] }, input.inputs));
    return {
      text: captionBatch(captions, tokenizer, model.config.text_seq_len),
      image: await imageBatch(residentFeatures(of.features), rows),
    };
  };
  /** What the head reads of some items, or of all, [N, W]. */
  const readOf = (batch: Parameters<typeof headInput>[2], dropout?: DropoutSeeds): Tensor =>
    headInput(model, input, batch, dropout);
  const readAllOf = async (of: Items): Promise<Float32Array> => {
    const all = new Float32Array(of.items.length * W);
    for await (const rows of passes(of.items.length, signal)) {
      const batch = await modelBatch(of, rows);
      const read = tf.tidy(() => readOf(batch));
      try {
        all.set(await read.data<'float32'>(), (rows[0] as number) * W);
      } finally {
        read.dispose();
      }
    }
    return all;
  };
  const keep = async () => ({ train: await readAllOf(train), validation: validation && (await readAllOf(validation)) });
  const kept =
    trained !== 'head'
      ? undefined
      : await keep().catch((error) => {
          head.dispose();
          throw error;
        });
  const rowsOf = (all: Float32Array, rows: readonly number[]): Float32Array => {
    const values = new Float32Array(rows.length * W);
    for (const [at, row] of rows.entries()) values.set(all.subarray(row * W, (row + 1) * W), at * W);
    return values;
  };
  const inputOf = (batch: HeadBatch, dropout?: DropoutSeeds): Tensor =>
    'read' in batch ? tf.tensor(batch.read, [batch.rows.length, W]) : readOf(batch, dropout);

  const variables = trainedVariables(model, trained, head.variables);
  const training: TrainingTask<HeadBatch> = {
    variables,
    loss: (batch, seeds) => ({
      loss: task.loss(head.outputs(inputOf(batch, seeds), seeds), batch.rows),
      figures: {},
    }),
  };
  return {
    variables,
    head,
    notes: task.notes,
    missing: task.missing,
    replica(stage, dropoutSeed) {
      const { examplesPerStep, microBatches } = stage;
      const order = epochOrder(train.items.length, examplesPerStep, seed, 'fine-tuning');
      const each = examplesPerStep / microBatches;
      const source: BatchSource<HeadBatch> = {
        async batch(step, microBatch) {
          const rows = order.rowsOf(step).slice(microBatch * each, (microBatch + 1) * each);
          return kept === undefined
            ? { rows, ...(await modelBatch(train, rows)) }
            : { rows, read: rowsOf(kept.train, rows) };
        },
      };
      return replicaService(training, interruptible(source, signal), stage, dropoutSeed);
    },
    async measure(stop) {
      if (validation === undefined) throw new RangeError('there are no validation items');
      const parts: Float32Array[][] = [];
      for await (const rows of passes(validation.items.length, stop)) {
        const batch: HeadBatch =
          kept?.validation === undefined
            ? { rows, ...(await modelBatch(validation, rows)) }
            : { rows, read: rowsOf(kept.validation, rows) };
        const outputs = tf.tidy(() => [...head.outputs(inputOf(batch))]);
        try {
          parts.push(await Promise.all(outputs.map((output) => output.data<'float32'>())));
        } finally {
          tf.dispose(outputs);
        }
      }
      const outputs = (parts[0] ?? []).map((_, output) => joined(parts.map((part) => part[output] as Float32Array)));
      return task.measure(outputs);
    },
    dispose(withHead) {
      if (withHead) head.dispose();
    },
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
