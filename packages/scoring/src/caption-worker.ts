import { selectBackend, tf } from '@kaleido/backend';
import type { FeatureAccess } from '@kaleido/kaleido-patches';
import { openFeatures } from '@kaleido/kaleido-patches/store';
import { type CaptionTokens, encoderOf, generateCaptions, jointPatches, modelFromWeights } from '@kaleido/model';
import { imageBatch } from '@kaleido/pretrain-tasks';
import { type CaptionSearch, pieceChoice } from './caption-search.ts';
import type { ModelData } from './model-data.ts';

/** A model and photographs, without captions. */
export interface CaptionWorkerData extends ModelData {
  readonly features: FeatureAccess;
  readonly tokens: CaptionTokens;
  readonly search: CaptionSearch;
}

export type CaptionService = {
  /** The pieces of a caption for each row's photograph, without [CLS] and [SEP]. */
  write(rows: readonly number[]): Promise<readonly Int32Array[]>;
  /** The photographs in the joint space, [rows, J]. */
  embed(rows: readonly number[]): Promise<Float32Array>;
};

/** Opens a model over photographs; entry point of its worker threads. */
export async function open({ features: access, tokens, search, ...data }: CaptionWorkerData): Promise<CaptionService> {
  await selectBackend({ prefer: data.backend, precision: data.precision, threads: data.threads });
  const model = modelFromWeights(data.config, data.weights);
  const encoder = encoderOf(model);
  const features = await openFeatures(access);
  return {
    async write(rows) {
      const { beam, blockNgram } = search;
      const image = await imageBatch(features, rows);
      const options = { method: 'left-to-right', choice: pieceChoice(beam), blockNgram, tokens } as const;
      const written = await generateCaptions(model, image, options);
      return written.map(({ ids }) => ids);
    },
    async embed(rows) {
      const image = await imageBatch(features, rows, jointPatches(data.config));
      const joint = tf.tidy(() => encoder.projectImages(image)); // [rows, J]
      try {
        return await joint.data<'float32'>();
      } finally {
        joint.dispose();
      }
    },
  };
}
