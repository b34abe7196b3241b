import { readAll, selectBackend, tf } from '@kaleido/backend';
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
  /** Logits of each row, [rows, classes], by field. */
  classify(rows: readonly number[]): Promise<ReadonlyMap<string, Float32Array>>;
};

/** Rows per pass. */
const rowsPerPass = 64;

/** Opens a trained classifier over a split; entry point of its worker threads. */
export async function open(data: RecognitionData): Promise<RecognitionService> {
  await selectBackend({ prefer: data.backend, precision: data.precision, threads: data.threads });
  const classifier = new Classifier(modelFromWeights(data.config, data.weights), data.classification, data.layers);
  const features = await openFeatures(data.features);
  const { fields } = data.classification;
  return {
    async classify(rows) {
      const logits = new Map(
        fields.map(({ name, classes }) => [name, new Float32Array(rows.length * classes.length)] as const),
      );
      for (let start = 0; start < rows.length; start += rowsPerPass) {
        const some = rows.slice(start, start + rowsPerPass);
        const batch = { text: textBatch(data.catalogue, some), image: await imageBatch(features, some) };
        const found = tf.tidy(() => [...classifier.logits(batch).values()]);
        const values = await readAll(found);
        tf.dispose(found);
        for (const [index, { name, classes }] of fields.entries())
          logits.get(name)?.set(values[index] as Float32Array, start * classes.length);
      }
      return logits;
    },
  };
}
