import { epochOrder, randomStream } from '@kaleido/foundation';
import { openFeatures } from '@kaleido/kaleido-patches/store';
import { drawPatches, imageBatch, type LabelledBatch, labelsOfRows, textBatch } from '@kaleido/pretrain-tasks';
import type { BatchSource } from '@kaleido/training';
import type { FineTuneData } from './training-data.ts';

/** The batches of a fine-tuning. */
export async function fineTuneBatches(data: FineTuneData): Promise<BatchSource<LabelledBatch>> {
  const { catalogue, seed, stage, labels, batchSize, patchShare } = data;
  const features = await openFeatures(data.features);
  const each = batchSize / stage.microBatches;
  const order = epochOrder(catalogue.rows, batchSize, seed, stage.name);
  return {
    async batch(step, microBatch) {
      const rows = order.rowsOf(step).slice(microBatch * each, (microBatch + 1) * each);
      const patches =
        patchShare < 1
          ? drawPatches(patchShare, randomStream(seed, stage.name, 'patches', step, microBatch))
          : undefined;
      return {
        text: textBatch(catalogue, rows),
        image: await imageBatch(features, rows, patches),
        labels: labelsOfRows(labels, rows),
      };
    },
    close: () => features.close(),
  };
}
