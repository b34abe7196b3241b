import {
  type CheckpointStore,
  type FineTuneReport,
  type FineTuneTask,
  type FineTuning,
  type Item,
  type Labelled,
  type TrainingOptions,
  tune,
  withProgress,
} from '@kaleido/fine-tuning';
import { groupsOf } from './image-features.ts';
import { Kaleido } from './kaleido.ts';
import type { PhotographRecord } from './photograph.ts';

/** A photograph with what a task reads of it, e.g. a product of `@kaleido/data`. */
export type Example<Record> = PhotographRecord & Record;

/** Several of them: a list, or a stream that is read once. */
export type Examples<Record> = Iterable<Example<Record>> | AsyncIterable<Example<Record>>;

export interface FineTuneOptions<Record, Figure extends string = string> extends TrainingOptions<Figure> {
  /** Training photographs. They are read once; those without a label are left out and counted. */
  readonly train: Examples<Record>;
  /** Photographs for measuring on the way, and for choosing the best weights. They are read once. */
  readonly validation?: Examples<Record>;
  /**
   * A folder that keeps the state, in Node. If it has one, the fine-tuning continues from there: the same call gives the
   * same model as one that was never stopped. Delete the folder when the model is saved.
   */
  readonly resume?: string;
}

/** A fine-tuned model. */
export type Tagger<Result = unknown, Figure extends string = string> = Kaleido<Result, FineTuneReport<Figure>>;

/** In a folder of `resume`. */
const stateFile = 'fine-tuning.safetensors';

/**
 * Trains a copy of a model for a task: `classification`, `multiLabel`, `retrieval`, `captioning`, or one of your own by
 * `defineTask`. The features of all examples are held in memory. The same seed and examples in the same order give the same
 * model on the same backend.
 *
 * @returns a promise of the fine-tuned model, to be disposed of separately, as `kaleido` stays unchanged; and a stream of
 *   its progress: `for await (const progress of fineTuning)`
 * @throws KaleidoError, as a rejection, for options and labels that make no sense, where no photograph can be read, or
 *   the features take more than `memory`; the signal's reason
 */
export function fineTune<Record, Result, Figure extends string>(
  kaleido: Kaleido,
  task: FineTuneTask<Record, Result, Figure>,
  { train, validation, resume, ...options }: FineTuneOptions<Record, Figure>,
): FineTuning<Tagger<Result, Figure>, Figure> {
  const { model, tokenizer, imageFeatures, platform } = kaleido;
  return withProgress(async (tell) => {
    const sources = {
      model,
      tokenizer,
      features: imageFeatures,
      train: itemsOf(train),
      validation: validation && itemsOf(validation),
      store: resume === undefined ? undefined : storeIn(resume, kaleido),
    };
    const tuned = await tune(sources, task, options, (progress) => {
      tell(progress);
      options.onProgress?.(progress);
    });
    imageFeatures.share();
    return new Kaleido<Result, FineTuneReport<Figure>>({ tokenizer, imageFeatures, ...tuned }, platform);
  });
}

/** Examples in groups. What the task reads of a record is the task's own affair. */
function itemsOf<Record>(examples: Examples<Record>): AsyncIterable<readonly (PhotographRecord & Item)[]> {
  return groupsOf(examples as Examples<Labelled>);
}

function storeIn(folder: string, { platform }: Kaleido): CheckpointStore {
  platform.assertWritable(folder);
  const files = platform.folder(folder);
  return {
    name: files.pathOf(stateFile),
    async read() {
      const file = await files.open(stateFile);
      if (file === undefined) return undefined;
      try {
        return await file.read(0, file.size);
      } finally {
        await file.close();
      }
    },
    write: (content) => platform.write(folder, stateFile, content),
  };
}
