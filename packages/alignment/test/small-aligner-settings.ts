import { type CaptionerSettings, captionerSettingsSchema } from '../src/index.ts';

/** A captioner for `placedProducts` that learns within seconds. */
export function smallAlignerSettings(changes: Readonly<Record<string, unknown>> = {}): CaptionerSettings {
  return captionerSettingsSchema.parse({
    kind: 'captioner',
    batchSize: 32,
    learningRate: 0.01,
    // The penalty wants each of 25 cells looked at once, which captions of 6 pieces cannot.
    network: { annotationSize: 16, embeddingSize: 16, hiddenSize: 32, attentionSize: 16, doublyStochastic: 0 },
    ...changes,
  });
}
