import { selectBackend } from '@kaleido/backend';
import { inProcess } from '@kaleido/foundation';
import { openFeatureStore, openFeatures } from '@kaleido/kaleido-patches/node';
import { encoderOf, KaleidoBert, kaleidoBertConfig, presetSize } from '@kaleido/model';
import { negativeSampler, stageBatches, stageObjectivesSchema, stageTask } from '@kaleido/pretrain-tasks';
import { replicaService, runStage } from '@kaleido/training';
import { syntheticCatalogue } from '../synthetic-sources.ts';

export interface TrainOnStreamOptions {
  readonly preset: string;
  readonly batch: number;
  readonly steps: number;
  /** Maximum bytes of features in memory. */
  readonly memory: number;
  readonly seed: number;
}

export interface StreamTrainingFigures {
  readonly kind: 'resident' | 'streamed';
  readonly products: number;
  readonly seconds: number;
  /** Percentage of the time spent waiting for batches. */
  readonly waiting: number;
  /** Peak increase of the process's resident bytes since before the store was opened. */
  readonly bytesPeak: number;
}

/** Tokens of a generated caption: a product title. */
const textLength = 24;
const vocabulary = 2000;

/** Trains the paper's seven tasks on a store with generated captions, and reports time and memory. */
export async function trainOnStream(folder: string, options: TrainOnStreamOptions): Promise<StreamTrainingFigures> {
  const { preset, batch, steps, memory, seed } = options;
  await selectBackend({ prefer: 'wasm' });
  const resident = (): number => process.memoryUsage.rss();
  const base = resident();
  const access = await (await openFeatureStore(folder)).share({ positionScale: 'unit', memory });
  const { rows, featureWidth } = access;
  const config = kaleidoBertConfig({
    ...presetSize(preset),
    vocab_size: vocabulary,
    patch_feature_size: featureWidth,
    text_seq_len: textLength,
    position_scale: 'unit',
  });
  const catalogue = syntheticCatalogue({ rows, textLength, vocabulary, featureWidth }, seed);
  const negatives = negativeSampler(catalogue);
  const features = await openFeatures(access);
  const objectives = stageObjectivesSchema.parse({ tasks: { batchSize: batch } });
  const stage = {
    name: 'stream',
    schedule: { steps, learningRate: 1e-4, warmup: 0.1 },
    microBatches: 1,
    examplesPerStep: batch,
  };
  const source = stageBatches(
    objectives,
    {
      catalogue,
      features,
      negatives,
      randomNegatives: negatives,
      vocabulary: { size: vocabulary, mask: 103, firstOrdinary: 106 },
      jointPatches: undefined,
      hiddenPatches: { grey: config.masked_greymask_patch_num, blank: config.masked_blankmask_patch_num },
    },
    { seed, stage: stage.name, microBatches: 1 },
  );
  const model = KaleidoBert.create(config, seed);
  const service = replicaService(stageTask(objectives, encoderOf(model), model.trainable()), source, stage, seed);
  let [bytesPeak, waited] = [0, 0];
  let before = 0;
  const begun = performance.now();
  try {
    await runStage({
      stage,
      workers: inProcess(service),
      onMetrics: ({ seconds, waiting }) => {
        bytesPeak = Math.max(bytesPeak, resident() - base);
        waited += waiting * (seconds - before);
        before = seconds;
      },
    });
  } finally {
    await service.close(undefined);
    model.dispose();
    await features.close();
  }
  const seconds = (performance.now() - begun) / 1000;
  return { kind: access.kind, products: rows, seconds, waiting: (100 * waited) / seconds, bytesPeak };
}
