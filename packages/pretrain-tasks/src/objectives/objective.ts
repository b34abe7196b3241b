import type { Tensor } from '@kaleido/backend';
import type { DropoutSeeds, RandomStream } from '@kaleido/foundation';
import type { FeatureReader } from '@kaleido/layout';
import type { Encoder } from '@kaleido/model';
import type { Embeddings, GatheredEmbeddings } from '@kaleido/training';
import type { z } from 'zod';
import type { TaskCatalogue } from '../catalogue.ts';
import type { NegativeSampler } from '../negatives.ts';
import type { AlignmentsOfRow } from '../pretrain-batch.ts';
import type { MaskingVocabulary } from '../token-masking.ts';

/** What objectives draw their batches from. */
export interface ObjectiveSources {
  readonly catalogue: TaskCatalogue;
  readonly features: FeatureReader;
  /** Draws mined negatives first, if there are any. */
  readonly negatives: NegativeSampler;
  /** Draws at random: a patch of a mined negative could not be told from the one that it replaces. */
  readonly randomNegatives: NegativeSampler;
  readonly vocabulary: MaskingVocabulary;
  /** The patches that the joint space reads; undefined: all. */
  readonly jointPatches: readonly number[] | undefined;
  /** Patches greyed at level 4 and blanked at level 5. */
  readonly hiddenPatches: { readonly grey: number; readonly blank: number };
  /** The pairs of word and patch of a row, if the products are aligned. */
  readonly alignments?: AlignmentsOfRow | undefined;
  /** Further products, level 1 alone, if there are any. */
  readonly more?: Pick<ObjectiveSources, 'catalogue' | 'features' | 'negatives'> | undefined;
}

/** The stage that a batch is made for. */
export interface StagePlan {
  readonly seed: number;
  readonly stage: string;
  /** Parts that a step is cut into. */
  readonly microBatches: number;
}

/** A batch's place in a stage, and its random draws. */
export interface BatchPlace {
  readonly step: number;
  readonly microBatch: number;
  readonly microBatches: number;
  /**
   * The rows that a micro-batch of this step begins with, each epoch in another order.
   * @param name what the order is for; orders of different names have nothing in common
   * @param examples of the whole step
   * @param rows of the catalogue
   */
  rows(name: string, examples: number, rows: number, microBatch?: number): number[];
  /**
   * As `rows`, of a caption length that the step has in common: a step of captions of all lengths is mostly padding.
   * @param lengths [N] pieces of each row's caption
   */
  rowsOfOneLength(name: string, examples: number, lengths: Int32Array): number[];
  /** A random stream of this step. */
  random(name: string, microBatch?: number): RandomStream;
}

/** One term of a stage's loss. */
export interface LossTerm {
  /** Its name in the log. */
  readonly name: string;
  readonly value: Tensor;
  readonly weight: number;
}

/** A broken rule between settings, as shown to the recipe's author. */
export interface SettingsIssue {
  readonly path: readonly string[];
  readonly message: string;
}

/** A setting that has no effect, and why. */
export interface IdleSetting {
  /** Within the objective; empty for all of it. */
  readonly path: readonly string[];
  readonly value: unknown;
  readonly why: string;
}

/**
 * One objective of pre-training: its settings in a recipe, batches, losses, cost, and notes for the report. Each has
 * its own file; `objectives` lists them.
 */
export interface Objective<Options, Batch> {
  /** Recipe schema with defaults; each default carries its reason. */
  readonly schema: z.ZodType<Options>;
  /** Rules that a schema cannot express. */
  check?(options: Options, stage: Pick<StagePlan, 'microBatches'>): readonly SettingsIssue[];
  /** Settings that were changed from their default and have no effect. A recipe with such a setting is refused. */
  withoutEffect?(options: Options, model: Pick<ObjectiveSources, 'jointPatches'>): readonly IdleSetting[];
  /** Whether it draws groups of one sub-category, which may contain mined negatives. */
  drawsGroups(options: Options): boolean;
  /** Whether anything would be learned: some weight is above 0. */
  learns(options: Options): boolean;
  /** Pairs that go through the model in a step. @param seesMore whether there are further products */
  examples(options: Options, seesMore: boolean): number;
  /** Draws a micro-batch: plain arrays. */
  batch(options: Options, sources: ObjectiveSources, place: BatchPlace): Promise<Batch>;
  /** What the losses compare across the whole step, [rows, W] each. */
  embed?(options: Options, encoder: Encoder, batch: Batch, dropout: DropoutSeeds): Embeddings;
  losses(
    options: Options,
    encoder: Encoder,
    batch: Batch,
    dropout: DropoutSeeds,
    gathered: GatheredEmbeddings,
  ): readonly LossTerm[];
  /** What differs from the paper, one sentence each, for the report. */
  notes(options: Options): readonly string[];
}
