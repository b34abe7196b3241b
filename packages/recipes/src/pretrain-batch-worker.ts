import { openFeatures } from '@kaleido/kaleido-patches/node';
import { jointPatches } from '@kaleido/model';
import { negativeSampler, type StageBatch, stageBatches } from '@kaleido/pretrain-tasks';
import { type BatchService, type BatchSource, batchService } from '@kaleido/training';
import type { BatchWorkerData, PretrainWorkerData } from './worker-data.ts';

/** Makes the batches of a pre-training stage: the module of a worker thread beside each that trains. */
export async function open(data: BatchWorkerData<PretrainWorkerData>): Promise<BatchService<StageBatch>> {
  return batchService(await pretrainBatches(data));
}

/** The batches of a pre-training stage. */
export async function pretrainBatches(data: BatchWorkerData<PretrainWorkerData>): Promise<BatchSource<StageBatch>> {
  const { catalogue, config, seed, stage, vocabulary, hardNegatives, more } = data;
  return stageBatches(
    stage.objectives,
    {
      catalogue,
      features: await openFeatures(data.features),
      negatives: negativeSampler(catalogue, hardNegatives),
      randomNegatives: negativeSampler(catalogue),
      vocabulary,
      jointPatches: jointPatches(config),
      hiddenPatches: { grey: config.masked_greymask_patch_num, blank: config.masked_blankmask_patch_num },
      more: more && {
        catalogue: more.catalogue,
        features: await openFeatures(more.features),
        negatives: negativeSampler(more.catalogue),
      },
    },
    { seed, stage: stage.name, microBatches: stage.microBatches },
  );
}
