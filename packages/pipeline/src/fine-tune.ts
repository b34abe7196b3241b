import { epochOrder, inProcess, KaleidoError } from '@kaleido/foundation';
import type { PreparedFeatures } from '@kaleido/kaleido-patches';
import { residentFeatures } from '@kaleido/layout';
import {
  type ClassificationField,
  Classifier,
  type KaleidoBert,
  type KaleidoBertConfig,
  modelFromWeights,
  readWeights,
} from '@kaleido/model';
import { fieldsTask, imageBatch, type LabelledBatch, labelsOfRows } from '@kaleido/pretrain-tasks';
import { type BatchSource, replicaService, runStage, type StageMetrics, type StageOptions } from '@kaleido/training';
import { captionBatch } from './captions.ts';
import type { Classification } from './classification.ts';
import type { FieldAccuracy, FineTuneReport } from './fine-tune-report.ts';
import { groupsOf, type SkippedPhotograph } from './image-features.ts';
import { captionFor, Kaleido } from './kaleido.ts';
import { fieldLabels, type Labelled, labelOf } from './labels.ts';
import type { PhotographRecord } from './photograph.ts';

/** A photograph with its labels, e.g. a product of `@kaleido/data`. */
export type Example = PhotographRecord & Labelled;

export interface FineTuneOptions {
  /** Training photographs. They are read once; those without a label are left out and counted. */
  readonly train: Iterable<Example> | AsyncIterable<Example>;
  /** Photographs for measuring the result. */
  readonly validation?: Iterable<Example> | AsyncIterable<Example>;
  /**
   * How often each photograph is seen. Default: 10, as in `recipes/kagl-12k.json` for 10,000 photographs, and more for
   * fewer photographs, so that there are at least 300 steps.
   */
  readonly epochs?: number;
  /** Photographs per step. Default 32: with a few hundred photographs, larger batches leave too few steps. */
  readonly batchSize?: number;
  /**
   * Parts that a step is computed in, which limits memory; `batchSize` is a multiple of it. Default 1.
   */
  readonly microBatches?: number;
  /**
   * Default 0.001, as in `recipes/kagl-12k.json`; 0.00002, as in the paper, for models of its width (`hidden_size` from
   * 512 up).
   */
  readonly learningRate?: number;
  /** Default 0.01, as in BERT's fine-tuning. */
  readonly weightDecay?: number;
  /** Seed of the new layers, the order of photographs, and dropout. Default 1. */
  readonly seed?: number;
  /** Aborts the fine-tuning, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called about 100 times with losses, learning rate and time left. */
  readonly onMetrics?: (metrics: StageMetrics) => void;
  /** Called with the number of photographs whose features are ready. */
  readonly onPrepared?: (photographs: number) => void;
  /** Called for each photograph that cannot be read; the report lists them too. */
  readonly onSkipped?: (skipped: SkippedPhotograph) => void;
  /**
   * Most bytes of features. Default 2 GB, suitable for a page or a laptop: 40,000 photographs of 16 x 16 pixels per
   * patch, 12,000 of MobileNetV2.
   */
  readonly memory?: number;
}

/** A fine-tuned model. */
export type Tagger<Label extends string = string> = Kaleido<Label> & { readonly training: FineTuneReport };

/** Least number of steps, if `epochs` is left out. */
const leastSteps = 300;
/** Models of at least this width are fine-tuned with the paper's learning rate. */
const paperWidth = 512;

/** Examples in memory. */
interface Examples {
  /** Without their pictures, which are no longer needed. */
  readonly records: readonly Omit<Example, 'image'>[];
  readonly features: PreparedFeatures;
  readonly withoutLabel: number;
  readonly skipped: readonly SkippedPhotograph[];
}

/**
 * Trains a copy of a model, with a new head, to predict the labels of photographs. The features of all examples are
 * held in memory. The same seed and examples in the same order give the same model on the same backend.
 *
 * @returns the fine-tuned model, to be disposed of separately: `kaleido` stays unchanged
 * @throws KaleidoError where there are fewer than two classes, no photograph can be read, or the features take more
 *   than `memory`; the signal's reason
 */
export async function fineTune<Label extends string>(
  kaleido: Kaleido,
  task: Classification<Label>,
  options: FineTuneOptions,
): Promise<Tagger<Label>> {
  const { batchSize = 32, microBatches = 1, seed = 1, signal } = options;
  checkOptions(options);
  const examples = await readExamples(kaleido, task, options);
  const { fields, rows: labels } = labelsOf(examples, task);
  const count = examples.records.length;
  const epochs = options.epochs ?? Math.max(10, Math.ceil((leastSteps * batchSize) / count));
  const steps = Math.max(1, Math.round((epochs * count) / batchSize));
  const stage: StageOptions = {
    name: 'fine-tuning',
    schedule: { steps, learningRate: options.learningRate ?? usualRate(kaleido.model.config), warmup: 0.1 },
    optimizer: { weightDecay: options.weightDecay ?? 0.01 },
    microBatches,
    examplesPerStep: batchSize,
  };

  let model: KaleidoBert | undefined;
  let classifier: Classifier | undefined;
  try {
    model = modelFromWeights(kaleido.model.config, await readWeights(kaleido.model));
    classifier = Classifier.create(model, { ...headOptions(task), fields }, seed);
    await train(classifier, batchesOf(kaleido, task, examples, labels, options), stage, seed, options);
    signal?.throwIfAborted();
    const { tokenizer, platform } = kaleido;
    const imageFeatures = kaleido.imageFeatures;
    const plain = { examples: count, withoutLabel: examples.withoutLabel, skipped: examples.skipped, steps };
    const tagger = (training: FineTuneReport): Kaleido<Label> =>
      new Kaleido<Label>({ model: model as KaleidoBert, tokenizer, imageFeatures, classifier, training }, platform);
    const measured = options.validation && (await measure(tagger(plain), fields, options.validation, signal));
    imageFeatures.share();
    return tagger({ ...plain, ...(measured === undefined ? {} : { validation: measured }) }) as Tagger<Label>;
  } catch (error) {
    classifier?.dispose();
    model?.dispose();
    throw error;
  }
}

function headOptions({
  inputs,
  head,
  hiddenSize,
  dropout,
}: Classification<string>): Omit<Classification<string>, 'labels'> {
  return { inputs, head, hiddenSize, dropout };
}

function usualRate({ hidden_size }: KaleidoBertConfig): number {
  return hidden_size >= paperWidth ? 2e-5 : 1e-3;
}

function checkOptions({
  epochs = 1,
  batchSize = 32,
  microBatches = 1,
  learningRate = 1,
  memory = 1,
}: FineTuneOptions): void {
  const refuse = (problem: string, found: unknown): KaleidoError =>
    new KaleidoError({ source: 'pipeline', problem, found, advice: 'leave it out for the default' });
  for (const [name, value] of Object.entries({ epochs, learningRate, memory }))
    if (!(value > 0 && Number.isFinite(value))) throw refuse(`${name} must be above 0`, value);
  for (const [name, value] of Object.entries({ batchSize, microBatches }))
    if (!Number.isInteger(value) || value < 1) throw refuse(`${name} must be a whole number from 1 up`, value);
  if (batchSize % microBatches !== 0)
    throw refuse(`batchSize ${batchSize} must be a multiple of microBatches`, microBatches);
}

/** Reads the examples that have a label, and makes their features. */
async function readExamples(
  { imageFeatures }: Kaleido,
  { labels, inputs }: Classification<string>,
  { train, onPrepared, onSkipped, signal, memory = 2 ** 31 }: FineTuneOptions,
): Promise<Examples> {
  const features = imageFeatures.empty();
  const records: Omit<Example, 'image'>[] = [];
  const skipped: SkippedPhotograph[] = [];
  let withoutLabel = 0;
  for await (const group of groupsOf(train)) {
    signal?.throwIfAborted();
    const labelled = group.filter((record) => labels.some((label) => labelOf(record, label) !== undefined));
    withoutLabel += group.length - labelled.length;
    for (const record of labelled) captionFor(record, inputs);
    const prepared = await imageFeatures.prepare(labelled, features);
    for (const { image: _, ...record } of prepared.records) records.push(record);
    for (const one of prepared.skipped) {
      skipped.push(one);
      onSkipped?.(one);
    }
    const bytes = features.rows * features.bytesPerRow;
    if (bytes > memory)
      throw new KaleidoError({
        source: 'pipeline',
        problem: `the features of the photographs take more than ${memory.toLocaleString('en')} bytes`,
        found: `${bytes.toLocaleString('en')} after ${features.rows} photographs`,
        advice: 'fine-tune on fewer, raise memory, or run a recipe, which keeps features on disk',
      });
    onPrepared?.(features.rows);
  }
  return { records, features, withoutLabel, skipped };
}

/** @throws KaleidoError naming what was left out, if too few classes are left */
function labelsOf({ records, withoutLabel, skipped }: Examples, { labels }: Classification<string>) {
  if (records.length > 0) return fieldLabels(records, labels);
  const [first] = skipped;
  throw new KaleidoError({
    source: 'pipeline',
    problem: 'there is nothing to train on',
    found: `${withoutLabel} photographs without ${labels.join(', ')}, ${skipped.length} that cannot be read${first === undefined ? '' : `, the first: ${first.reason}`}`,
    advice: 'check the name of the label field and the photographs',
  });
}

/** Batches in an order that depends on the seed and differs for each epoch. */
function batchesOf(
  { tokenizer, model }: Kaleido,
  { inputs }: Classification<string>,
  { records, features }: Examples,
  labels: ReadonlyMap<string, Int32Array>,
  { batchSize = 32, microBatches = 1, seed = 1 }: FineTuneOptions,
): BatchSource<LabelledBatch> {
  const order = epochOrder(records.length, batchSize, seed, 'fine-tuning');
  const each = batchSize / microBatches;
  const reader = residentFeatures(features);
  const { text_seq_len } = model.config;
  return {
    async batch(step, microBatch) {
      const rows = order.rowsOf(step).slice(microBatch * each, (microBatch + 1) * each);
      const captions = rows.map((row) => captionFor({ id: '', ...records[row] }, inputs));
      return {
        text: captionBatch(captions, tokenizer, text_seq_len),
        image: await imageBatch(reader, rows),
        labels: labelsOfRows(labels, rows),
      };
    },
  };
}

async function train(
  classifier: Classifier,
  batches: BatchSource<LabelledBatch>,
  stage: StageOptions,
  seed: number,
  { signal, onMetrics }: FineTuneOptions,
): Promise<void> {
  const service = replicaService(fieldsTask(classifier), batches, stage, seed);
  try {
    await runStage({
      stage,
      workers: inProcess(service),
      ...(signal === undefined ? {} : { signal }),
      onMetrics: async (metrics) => {
        onMetrics?.(metrics);
        // Lets a page draw and handle events between two lines.
        await new Promise((resolve) => setTimeout(resolve));
      },
    });
  } finally {
    await service.close(undefined);
  }
}

/** The share of right answers, by field. */
async function measure(
  tagger: Kaleido,
  fields: readonly ClassificationField[],
  validation: NonNullable<FineTuneOptions['validation']>,
  signal: AbortSignal | undefined,
): Promise<Record<string, FieldAccuracy>> {
  const counts = fields.map(() => ({ right: 0, examples: 0, unseenClass: 0 }));
  for await (const group of groupsOf(validation)) {
    signal?.throwIfAborted();
    // Numbered, as ids may occur twice.
    const numbered = group.map((record, index) => ({ ...record, id: String(index) }));
    for await (const prediction of tagger.predict(numbered, { onSkipped: () => undefined })) {
      const record = group[Number(prediction.id)] as Example;
      for (const [index, { name, classes }] of fields.entries()) {
        const label = labelOf(record, name);
        const count = counts[index] as (typeof counts)[number];
        if (label === undefined) continue;
        if (!classes.includes(label)) {
          count.unseenClass += 1;
          continue;
        }
        count.examples += 1;
        if (prediction[name] === label) count.right += 1;
      }
    }
  }
  return Object.fromEntries(
    fields.map(({ name }, index) => {
      const { right, examples, unseenClass } = counts[index] as (typeof counts)[number];
      return [name, { accuracy: examples === 0 ? 0 : right / examples, examples, unseenClass }];
    }),
  );
}
