import { type KaleidoBert, modelFromWeights, readWeights, type Weights } from '@kaleido/model';
import type { Tokenizer } from '@kaleido/tokenizer';
import type { StageOptions } from '@kaleido/training';
import { type CheckpointStore, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { assertSome, bytesOf, type FeatureMaker, type Item, type Items, readItems } from './items.ts';
import { featureArrays, keyOf } from './key-of.ts';
import { unknownNote } from './label-notes.ts';
import { checkOptions, measureEveryOf, stepsOf, type TrainingOptions } from './options.ts';
import type { FineTuneProgress } from './progress.ts';
import type { FineTuneReport } from './report.ts';
import type { FineTuneTask, Learner } from './task.ts';
import type { TaskHead } from './task-head.ts';
import { type TrainedLearner, trainLearner } from './train-learner.ts';

/** An opened model and its items. */
export interface TuneSources<Photo extends Item> {
  /** It stays unchanged. */
  readonly model: KaleidoBert;
  readonly tokenizer: Tokenizer;
  readonly features: FeatureMaker<Photo>;
  readonly train: AsyncIterable<readonly Photo[]>;
  readonly validation?: AsyncIterable<readonly Photo[]> | undefined;
  /** Where the state is kept, and where it continues from. */
  readonly store?: CheckpointStore | undefined;
}

/** A fine-tuned copy of a model, with a head if the task has one. */
export interface Tuned<Result, Figure extends string> {
  readonly model: KaleidoBert;
  readonly head: TaskHead<Result> | undefined;
  readonly training: FineTuneReport<Figure>;
}

/**
 * Trains a copy of a model for a task. The features of all items are held in memory. The same seed and items in the same
 * order give the same model on the same backend, also if the training was stopped and continued.
 * @throws KaleidoError for options or labels that make no sense, and where nothing is left to train on; the signal's reason
 */
export async function tune<Photo extends Item, Record, Result, Figure extends string>(
  sources: TuneSources<Photo>,
  task: FineTuneTask<Record, Result, Figure>,
  options: TrainingOptions<Figure>,
  tell: (progress: FineTuneProgress<Figure>) => void,
): Promise<Tuned<Result, Figure>> {
  const { signal } = options;
  signal?.throwIfAborted();
  const figures = Object.keys(task.figures) as Figure[];
  const { groupSize = 1 } = task;
  const hasValidation = sources.validation !== undefined;
  const checked = checkOptions(options, sources.model.config, figures, { hasValidation, groupSize });
  const { trained, batchSize, microBatches, seed } = checked;
  const read = (of: 'train' | 'validation', groups: AsyncIterable<readonly Photo[]>, taken: number): Promise<Items> =>
    readItems(groups, sources.features, {
      has: (item) => task.has(item as unknown as Record & Item),
      memory: checked.memory,
      taken,
      signal,
      onPrepared: (photographs) => tell({ kind: 'features', of, photographs }),
      onSkipped: (skipped) => {
        tell({ kind: 'skipped', ...skipped });
        options.onSkipped?.(skipped);
      },
    });
  const train = await read('train', sources.train, 0);
  const validation = sources.validation && (await read('validation', sources.validation, bytesOf(train.features)));
  if (validation !== undefined && train.items.length > 0) assertSome(validation, 'validate with', task.needs);

  const items = train.items.length;
  const steps = stepsOf(options, Math.max(1, items), batchSize);
  const every = measureEveryOf(options, { steps, items, batchSize });
  const keep = options.keep ?? task.usualFigure;
  const stage: StageOptions = {
    name: 'fine-tuning',
    schedule: { steps, learningRate: checked.learningRate, warmup: 0.1 },
    optimizer: { weightDecay: checked.weightDecay },
    microBatches,
    examplesPerStep: batchSize,
  };
  let model: KaleidoBert | undefined;
  let learner: Learner<Result, Figure> | undefined;
  try {
    const weights = await readWeights(sources.model);
    model = modelFromWeights(sources.model.config, weights);
    learner = await task.learner({ model, tokenizer: sources.tokenizer, train, validation, trained, seed, signal });
    const { store } = sources;
    const { memory: _, ...settings } = checked;
    const { config } = sources.model;
    const shapes = [...learner.variables].map(([name, { shape }]) => [name, shape]);
    const settled = [task.name, task.settings, settings, steps, every, keep, options.patience ?? null, config, shapes];
    const key =
      store &&
      (await keyOf(
        [...settled, sources.tokenizer.toVocabularyText(), train.items, validation?.items ?? null],
        numbersOf(weights, train, validation),
      ));
    const stored = store && key !== undefined ? await store.read() : undefined;
    const done = await trainLearner(learner, {
      stage,
      seed,
      tell,
      signal,
      ...(hasValidation
        ? {
            validation: {
              every,
              keep,
              direction: keep === 'last' ? 'higher' : task.figures[keep],
              patience: options.patience,
            },
          }
        : {}),
      ...(stored === undefined || store === undefined || key === undefined
        ? {}
        : { from: decodeCheckpoint(stored, store.name, key) }),
      ...(store === undefined || key === undefined
        ? {}
        : { save: (checkpoint) => store.write(encodeCheckpoint({ ...checkpoint, key })) }),
    });
    learner.dispose(false);
    return { model, head: learner.head, training: reportOf({ train, validation, learner, done, keep }) };
  } catch (error) {
    learner?.dispose(true);
    model?.dispose();
    throw error;
  }
}

/** The weights that training starts from, and the features of all photographs. */
function* numbersOf(weights: Weights, ...all: readonly (Items | undefined)[]): Generator<Float32Array> {
  yield* weights.values();
  for (const items of all) if (items !== undefined) yield* featureArrays(items.features);
}

function reportOf<Figure extends string>({
  train,
  validation,
  learner,
  done,
  keep,
}: {
  readonly train: Items;
  readonly validation: Items | undefined;
  readonly learner: Learner<unknown, Figure>;
  readonly done: TrainedLearner<Figure>;
  readonly keep: Figure | 'last';
}): FineTuneReport<Figure> {
  const { steps, stoppedEarly, history, measured } = done;
  const unknown = Object.entries(measured?.fields ?? {}).flatMap(([field, figures]) =>
    unknownNote(field, (figures as { readonly unknown?: Readonly<Record<string, number>> }).unknown ?? {}),
  );
  return {
    examples: train.items.length,
    withoutLabel: train.withoutLabel,
    missing: learner.missing,
    skipped: train.skipped,
    steps,
    stoppedEarly,
    notes: [...learner.notes, ...unknown],
    ...(validation === undefined || measured === undefined
      ? {}
      : {
          validation: {
            examples: validation.items.length,
            withoutLabel: validation.withoutLabel,
            skipped: validation.skipped,
            keep,
            step: measured.step,
            figures: measured.figures,
            ...(measured.fields === undefined ? {} : { fields: measured.fields }),
            history,
          },
        }),
  };
}
