import { openFeatures } from '@kaleido/kaleido-patches/store';
import { jointPatches } from '@kaleido/model';
import { negativeSampler, type StageBatch, stageBatches } from '@kaleido/pretrain-tasks';
import type { BatchSource } from '@kaleido/training';
import type { PretrainData } from './training-data.ts';

/** The batches of a pre-training stage. */
export async function pretrainBatches(data: PretrainData): Promise<BatchSource<StageBatch>> {
  const { catalogue, config, seed, stage, vocabulary, hardNegatives, alignments, more } = data;
  const features = await openFeatures(data.features);
  const moreFeatures =
    more &&
    (await openFeatures(more.features).catch(async (error: unknown) => {
      await features.close();
      throw error;
    }));
  const source = stageBatches(
    stage.objectives,
    {
      catalogue,
      features,
      negatives: negativeSampler(catalogue, hardNegatives),
      randomNegatives: negativeSampler(catalogue),
      vocabulary,
      jointPatches: jointPatches(config),
      hiddenPatches: { grey: config.masked_greymask_patch_num, blank: config.masked_blankmask_patch_num },
      alignments: alignments && ((row) => alignments.of(row)),
      more: more &&
        moreFeatures && {
          catalogue: more.catalogue,
          features: moreFeatures,
          negatives: negativeSampler(more.catalogue),
        },
    },
    { seed, stage: stage.name, microBatches: stage.microBatches },
  );
  return {
    ...source,
    close: async () => {
      await features.close();
      await moreFeatures?.close();
    },
  };
}
