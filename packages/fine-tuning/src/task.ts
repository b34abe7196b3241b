import type { Variable } from '@kaleido/backend';
import type { KaleidoBert } from '@kaleido/model';
import type { Tokenizer } from '@kaleido/tokenizer';
import type { ReplicaService, StageOptions } from '@kaleido/training';
import type { Item, Items } from './items.ts';
import type { TaskHead } from './task-head.ts';
import type { Trained } from './trained.ts';

/** Figures of the validation items, by name. */
export type Figures<Figure extends string = string> = Readonly<Record<Figure, number>>;

/** What was measured on the validation items. */
export interface Measured<Figure extends string = string> {
  readonly figures: Figures<Figure>;
  /** More about each label field, if the task has any. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** What a task learns with. */
export interface LearnerSetting {
  /** The model to change; the learner does not own it. */
  readonly model: KaleidoBert;
  readonly tokenizer: Tokenizer;
  readonly train: Items;
  readonly validation: Items | undefined;
  readonly trained: Trained;
  readonly seed: number;
  /** Ends the work between two passes or steps, which then throws its reason. */
  readonly signal: AbortSignal | undefined;
}

/** A task on its way: a head, batches and losses for one model and its items. */
export interface Learner<Result, Figure extends string> {
  /** What training changes, by name. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** Undefined for a task that trains the model's own heads. */
  readonly head: TaskHead<Result> | undefined;
  /** Sentences on the labels of the training items, for the report. */
  readonly notes: readonly string[];
  /** Items without a label, by label field. */
  readonly missing: Readonly<Record<string, number>>;
  /** The one replica of the trainer. */
  replica(stage: StageOptions, seed: number): ReplicaService;
  /** Measures the validation items with the present weights. */
  measure(signal: AbortSignal | undefined): Promise<Measured<Figure>>;
  /** Frees what is not part of the result; with `head`, also the head. */
  dispose(withHead: boolean): void;
}

/**
 * A task to fine-tune for: `classification`, `multiLabel`, `retrieval`, `captioning`, or one of your own by `defineTask`.
 * @typeParam Record what it reads of an item, beside the photograph
 * @typeParam Result what `predict` gives for a photograph
 * @typeParam Figure names of its validation figures
 */
export interface FineTuneTask<Record, Result, Figure extends string> {
  readonly name: string;
  /** Its figures on the validation items, and which direction is better. */
  readonly figures: Readonly<globalThis.Record<Figure, 'higher' | 'lower'>>;
  /** The figure that chooses the best weights, unless `keep` names another. */
  readonly usualFigure: Figure;
  /** What an item must have, in words: `category, colour`. */
  readonly needs: string;
  /** All settings as plain values: a stopped fine-tuning only continues with the same. */
  readonly settings: unknown;
  /** The parts of a step that a batch must be a multiple of; default 1. */
  readonly groupSize?: number;
  /** @internal Whether an item can be learned from. */
  has(record: Record & Item): boolean;
  /** @internal Starts learning. @throws KaleidoError for labels that cannot be learned, e.g. of one class */
  learner(setting: LearnerSetting): Promise<Learner<Result, Figure>>;
}
