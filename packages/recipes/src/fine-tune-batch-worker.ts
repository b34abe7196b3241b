import { epochOrder, randomStream } from '@kaleido/foundation';
import { openFeatures } from '@kaleido/kaleido-patches/node';
import { drawPatches, imageBatch, type LabelledBatch, labelsOfRows, textBatch } from '@kaleido/pretrain-tasks';
import { type BatchService, batchService } from '@kaleido/training';
import type { BatchWorkerData, FineTuneWorkerData } from './worker-data.ts';

/** Makes the batches of a fine-tuning: the module of a worker thread beside each that trains. */
export async function open(data: BatchWorkerData<FineTuneWorkerData>): Promise<BatchService<LabelledBatch>> {
  const { catalogue, seed, stage, labels, batchSize, patchShare } = data;
  const features = await openFeatures(data.features);
  const each = batchSize / stage.microBatches;
  const order = epochOrder(catalogue.rows, batchSize, seed, stage.name);
  return batchService({
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
  });
}
