import { tf } from '@kaleido/backend';
import { type ImageBatch, residentFeatures, type TextBatch } from '@kaleido/layout';
import { encoderOf } from '@kaleido/model';
import { imageBatch, captioning as objective } from '@kaleido/pretrain-tasks';
import { captionBatch, hasCaption } from './caption-batch.ts';
import { assertSome, type Items } from './items.ts';
import type { Labelled } from './labels.ts';
import { pairLearner } from './pair-learner.ts';
import { passes } from './passes.ts';
import type { FineTuneTask, LearnerSetting, Measured } from './task.ts';

/** `loss` is the mean cross-entropy of the next piece; e to its power is the perplexity. */
export type CaptioningFigure = 'loss';

/** The objective asks for seeds; nothing draws from them here. */
const noDropout = { next: () => 0 };

/**
 * Captions from photographs, piece by piece from left to right: `caption` of the result writes them. Items without a
 * caption are left out and counted.
 */
export function captioning(): FineTuneTask<Labelled, never, CaptioningFigure> {
  return {
    name: 'captioning',
    figures: { loss: 'lower' },
    usualFigure: 'loss',
    needs: 'a caption',
    settings: {},
    has: hasCaption,
    async learner(setting) {
      assertSome(setting.train, 'train on', 'a caption');
      return pairLearner(
        {
          objectives: (batchSize) => ({ captioning: objective.schema.parse({ batchSize }) }),
          ofHead: (name) => name.startsWith('cls/predictions/'),
          measure,
        },
        setting,
      );
    },
  };
}

async function measure(
  { model, tokenizer }: LearnerSetting,
  { items, features }: Items,
  signal: AbortSignal | undefined,
): Promise<Measured<CaptioningFigure>> {
  const own = encoderOf(model);
  // Measured without dropout.
  const encoder = { ...own, readCausally: (text: TextBatch, image: ImageBatch) => own.readCausally(text, image) };
  let sum = 0;
  let pieces = 0;
  for await (const rows of passes(items.length, signal)) {
    const text = captionBatch(
      rows.map((row) => items[row]?.caption as string),
      tokenizer,
      model.config.text_seq_len,
    );
    const image = await imageBatch(residentFeatures(features), rows);
    const options = objective.schema.parse({ batchSize: rows.length });
    const loss = tf.tidy(() => {
      const [term] = objective.losses(options, encoder, { rows, text, image }, noDropout, {});
      return (term as NonNullable<typeof term>).value;
    });
    const [value] = await loss.data<'float32'>();
    loss.dispose();
    const predicted = text.mask.reduce((total, one) => total + one, 0) - rows.length;
    sum += (value as number) * predicted;
    pieces += predicted;
  }
  return { figures: { loss: sum / Math.max(1, pieces) } };
}
