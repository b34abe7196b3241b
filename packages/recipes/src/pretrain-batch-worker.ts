import { sharedFeatures } from '@kaleido/kaleido-patches';
import { residentFeatures } from '@kaleido/layout';
import { jointPatches } from '@kaleido/model';
import { negativeSampler, type StageBatch, stageBatches } from '@kaleido/pretrain-tasks';
import { type BatchService, type BatchSource, batchService } from '@kaleido/training';
import type { BatchWorkerData, PretrainWorkerData } from './worker-data.ts';

/** Makes the batches of a pre-training stage: the module of a worker thread beside each that trains. */
export async function open(data: BatchWorkerData<PretrainWorkerData>): Promise<BatchService<StageBatch>> {
  return batchService(pretrainBatches(data));
}

/** The batches of a pre-training stage. */
export function pretrainBatches(data: BatchWorkerData<PretrainWorkerData>): BatchSource<StageBatch> {
  const { catalogue, config, seed, stage, vocabulary, hardNegatives, more } = data;
  return stageBatches(
    stage.objectives,
    {
      catalogue,
      features: residentFeatures(sharedFeatures(data.features)),
      negatives: negativeSampler(catalogue, hardNegatives),
      randomNegatives: negativeSampler(catalogue),
      vocabulary,
      jointPatches: jointPatches(config),
      hiddenPatches: { grey: config.masked_greymask_patch_num, blank: config.masked_blankmask_patch_num },
      more: more && {
        catalogue: more.catalogue,
        features: residentFeatures(sharedFeatures(more.features)),
        negatives: negativeSampler(more.catalogue),
      },
    },
    { seed, stage: stage.name, microBatches: stage.microBatches },
  );
}
