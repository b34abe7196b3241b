import { KaleidoError } from '@kaleido/foundation';
import type { KaleidoBertConfig } from '@kaleido/model';
import type { SkippedPhotograph } from './items.ts';
import type { FineTuneProgress } from './progress.ts';
import { checkTrained, type Trained } from './trained.ts';

/** How a task is trained. */
export interface TrainingOptions<Figure extends string = string> {
  /**
   * What is trained. Default `all`, which is the most accurate; `head` takes a fraction of the time, and overfits less on
   * a few dozen photographs.
   */
  readonly trained?: Trained;
  /**
   * How often each photograph is seen. Default: 10, as in `recipes/kagl-12k.json` for 10,000 photographs, and more for
   * fewer photographs, so that there are at least 300 steps.
   */
  readonly epochs?: number;
  /** Photographs per step. Default 32: with a few hundred photographs, larger batches leave too few steps. */
  readonly batchSize?: number;
  /** Parts that a step is computed in, which limits memory; `batchSize` is a multiple of it. Default 1. */
  readonly microBatches?: number;
  /**
   * Default 0.001, as in `recipes/kagl-12k.json`; 0.00002, as in the paper, for models of its width (`hidden_size` from
   * 512 up), unless the head alone is trained.
   */
  readonly learningRate?: number;
  /** Default 0.01, as in BERT's fine-tuning. */
  readonly weightDecay?: number;
  /** Seed of the new layers, the order of photographs, and dropout. Default 1. */
  readonly seed?: number;
  /**
   * Which weights are kept: the best by this figure on `validation`, or those after the last step. Equal figures are told
   * by `loss`, if the task has it. Default with `validation`: the task's usual figure.
   */
  readonly keep?: Figure | 'last';
  /**
   * Ends after so many measurements in a row without a better figure. Default: never, since the learning rate falls until
   * the last step, and the last steps improve most.
   */
  readonly patience?: number;
  /** Steps between two measurements. Default: 20 measurements, at least an epoch apart, so that they cost little. */
  readonly measureEvery?: number;
  /** Aborts the fine-tuning, which then rejects with the signal's reason. With `resume`, its state is saved first. */
  readonly signal?: AbortSignal;
  /** Called with everything that happens; the stream `for await (const progress of fineTune(...))` gives the same. */
  readonly onProgress?: (progress: FineTuneProgress<Figure>) => void;
  /** Called for each photograph that cannot be read; the report lists them too. */
  readonly onSkipped?: (skipped: SkippedPhotograph) => void;
  /**
   * Most bytes of features, `Infinity` for no limit. Default 2 GB, suitable for a page or a laptop: 40,000 photographs of 16 x 16 pixels per
   * patch, 12,000 of MobileNetV2.
   */
  readonly memory?: number;
}

/** Least number of steps, if `epochs` is left out. */
const leastSteps = 300;
/** Lines of progress of a training. */
const lines = 100;
/** Measurements of a training, if `measureEvery` is left out. */
const usualMeasurements = 20;
/** Models of at least this width are fine-tuned with the paper's learning rate. */
const paperWidth = 512;
/** Photographs per step. */
const usualBatchSize = 32;

/** Options whose defaults do not depend on the items. */
export interface CheckedOptions {
  readonly trained: Trained;
  readonly batchSize: number;
  readonly microBatches: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly seed: number;
  readonly memory: number;
}

/**
 * Fills in defaults.
 * @param groupSize items of a task that are batched together
 * @throws KaleidoError for an option out of range, and for one that would have no effect
 */
export function checkOptions(
  options: TrainingOptions,
  config: KaleidoBertConfig,
  figures: readonly string[],
  { hasValidation, groupSize }: { readonly hasValidation: boolean; readonly groupSize: number },
): CheckedOptions {
  const { trained = 'all', microBatches = 1, seed = 1, memory = 2 ** 31, weightDecay = 0.01 } = options;
  const { epochs = 1, keep, patience, measureEvery } = options;
  const batchSize = options.batchSize ?? usualBatchSize;
  const learningRate = options.learningRate ?? (config.hidden_size >= paperWidth && trained !== 'head' ? 2e-5 : 1e-3);
  const refuse = (problem: string, found: unknown, advice = 'leave it out for the default'): KaleidoError =>
    new KaleidoError({ source: 'fine-tuning', problem, found, advice });
  checkTrained(trained, config.num_hidden_layers);
  for (const [name, value] of Object.entries({ epochs, learningRate }))
    if (!(value > 0 && Number.isFinite(value))) throw refuse(`${name} must be above 0`, value);
  if (!(memory > 0)) throw refuse('memory must be above 0', memory);
  for (const [name, value] of Object.entries({ batchSize, microBatches, patience, measureEvery }))
    if (value !== undefined && (!Number.isInteger(value) || value < 1))
      throw refuse(`${name} must be a whole number from 1 up`, value);
  if (!(weightDecay >= 0 && Number.isFinite(weightDecay))) throw refuse('weightDecay must be from 0 up', weightDecay);
  if (!Number.isInteger(seed)) throw refuse('seed must be a whole number', seed);
  const each = microBatches * groupSize;
  if (batchSize % each !== 0)
    throw refuse(
      groupSize === 1
        ? `batchSize ${batchSize} must be a multiple of microBatches`
        : `batchSize ${batchSize} must be a multiple of microBatches x the task's groupSize ${groupSize}`,
      groupSize === 1 ? microBatches : each,
    );
  if (keep !== undefined && keep !== 'last' && !figures.includes(keep))
    throw refuse('keep must be a figure of the task, or "last"', keep, `use ${[...figures, 'last'].join(', ')}`);
  for (const [name, value] of Object.entries({ keep, patience, measureEvery }))
    if (value !== undefined && !hasValidation)
      throw refuse(`${name} would have no effect without validation`, value, 'pass validation: [...], or leave it out');
  if (patience !== undefined && keep === 'last')
    throw refuse('patience needs a figure, and keep is "last"', patience, 'leave out one of the two');
  return { trained, batchSize, microBatches, learningRate, weightDecay, seed, memory };
}

/** The number of steps. */
export function stepsOf({ epochs }: Pick<TrainingOptions, 'epochs'>, items: number, batchSize: number): number {
  const often = epochs ?? Math.max(10, Math.ceil((leastSteps * batchSize) / items));
  return Math.max(1, Math.round((often * items) / batchSize));
}

/** Steps between two lines of progress. */
export function progressEvery(steps: number): number {
  return Math.max(1, Math.ceil(steps / lines));
}

/** Steps between two measurements: a multiple of those between two lines, so that a line comes with each. */
export function measureEveryOf(
  { measureEvery }: Pick<TrainingOptions, 'measureEvery'>,
  { steps, items, batchSize }: { readonly steps: number; readonly items: number; readonly batchSize: number },
): number {
  if (measureEvery !== undefined) return measureEvery;
  const line = progressEvery(steps);
  return line * Math.ceil(Math.max(Math.ceil(items / batchSize), Math.ceil(steps / usualMeasurements)) / line);
}
