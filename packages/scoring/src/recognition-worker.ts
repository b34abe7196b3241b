import { selectBackend, tf } from '@kaleido/backend';
import { openFeatures } from '@kaleido/kaleido-patches/store';
import { type ClassificationOptions, Classifier, modelFromWeights } from '@kaleido/model';
import { imageBatch, textBatch } from '@kaleido/pretrain-tasks';
import type { SplitData } from './model-data.ts';

export interface RecognitionData extends SplitData {
  readonly classification: ClassificationOptions;
  /** The classifier's layers by name. */
  readonly layers: ReadonlyMap<string, Float32Array>;
}

export type RecognitionService = {
  /** The most likely class of each row, by field. */
  classify(rows: readonly number[]): Promise<ReadonlyMap<string, Int32Array>>;
};

/** Rows per pass. */
const rowsPerPass = 64;

/** Opens a trained classifier over a split; entry point of its worker threads. */
export async function open(data: RecognitionData): Promise<RecognitionService> {
  await selectBackend({ prefer: data.backend, precision: data.precision, threads: data.threads });
  const classifier = new Classifier(modelFromWeights(data.config, data.weights), data.classification, data.layers);
  const features = await openFeatures(data.features);
  const names = data.classification.fields.map(({ name }) => name);
  return {
    async classify(rows) {
      const answers = new Map(names.map((name) => [name, new Int32Array(rows.length)]));
      for (let start = 0; start < rows.length; start += rowsPerPass) {
        const some = rows.slice(start, start + rowsPerPass);
        const batch = { text: textBatch(data.catalogue, some), image: await imageBatch(features, some) };
        const classes = tf.tidy(() => [...classifier.logits(batch).values()].map((logits) => tf.argMax(logits, -1)));
        for (const [index, name] of names.entries())
          answers.get(name)?.set(await (classes[index] as (typeof classes)[number]).data<'int32'>(), start);
        tf.dispose(classes);
      }
      return answers;
    },
  };
}
