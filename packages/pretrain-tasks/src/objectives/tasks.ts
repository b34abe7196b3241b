import { KaleidoError } from '@kaleido/foundation';
import { z } from 'zod';
import { type PretrainBatch, paperBatchOptions, pretrainBatch } from '../pretrain-batch.ts';
import { type PretrainTask, pretrainLosses, pretrainTasks } from '../pretrain-losses.ts';
import { puzzleTasks } from '../puzzles.ts';
import type { Objective } from './objective.ts';
import { count, idle, inMicroBatches, share, weight } from './settings.ts';

const schema = z.strictObject({
  batchSize: count,
  /** Share of pairs whose caption is another product's; 0.5 as in BERT's next sentence and FashionBERT. */
  mismatchRate: share.default(0.5),
  /**
   * Whether the words of another product's caption are asked for too, as in BERT. They cannot be read off the
   * photograph: without them a small model relies on it more.
   */
  maskMismatched: z.boolean().default(true),
  /**
   * How the words and patches to hide are chosen: `random`, or `guided` by the recipe's alignment (paper 3.4), which
   * costs an aligner.
   */
  masking: z.enum(['random', 'guided']).default('random'),
  /** 1 each in the paper. 0 leaves a task out: a puzzle's level then shows the photograph as it is. */
  weights: z.partialRecord(z.enum(pretrainTasks as [PretrainTask, ...PretrainTask[]]), weight).default({}),
});

export type TasksOptions = z.infer<typeof schema>;

/** The paper's seven tasks (3.4, 3.6) in one pass: masked words, matching and five puzzles. */
export const tasks: Objective<TasksOptions, PretrainBatch> = {
  schema,
  check: ({ batchSize }, { microBatches }) => inMicroBatches('batchSize', batchSize, microBatches),
  withoutEffect: ({ weights }) =>
    idle([[pretrainTasks.every((task) => !isSet(weights, task)), [], { weights }, 'all its weights are 0']]),
  drawsGroups: () => false,
  learns: ({ weights }) => pretrainTasks.some((task) => isSet(weights, task)),
  examples: ({ batchSize }) => batchSize,
  batch(
    { batchSize, mismatchRate, maskMismatched, masking, weights },
    { hiddenPatches, randomNegatives, alignments, ...sources },
    place,
  ) {
    const guided = masking === 'guided';
    if (guided && alignments === undefined)
      throw new KaleidoError({
        source: 'pretrain-tasks',
        problem: 'guided masking needs alignments, and none are given',
        advice: 'align the products first, or leave out masking',
      });
    const rows = place.rows('tasks', batchSize, sources.catalogue.rows);
    const options = {
      ...paperBatchOptions,
      mismatchRate,
      maskMismatched,
      greyPatches: hiddenPatches.grey,
      blankPatches: hiddenPatches.blank,
      puzzles: puzzleTasks.filter((puzzle) => isSet(weights, puzzle)),
    };
    const from = { ...sources, negatives: randomNegatives, ...(guided ? { alignments } : {}) };
    return pretrainBatch(from, rows, options, place.random('tasks'));
  },
  losses({ weights }, encoder, batch, dropout) {
    const losses = pretrainLosses(encoder, batch, dropout);
    return pretrainTasks
      .filter((task) => isSet(weights, task))
      .map((task) => ({ name: task, value: losses[task], weight: weights[task] ?? 1 }));
  },
  notes({ masking, weights }) {
    const leftOut = pretrainTasks.filter((task) => !isSet(weights, task));
    return [
      ...(masking === 'guided'
        ? []
        : ['Words and patches were hidden at random; the paper hides aligned pairs first.']),
      ...(leftOut.length === 0 ? [] : [`Some of the paper's tasks had the weight 0: ${leftOut.join(', ')}.`]),
    ];
  },
};

function isSet(weights: TasksOptions['weights'], task: PretrainTask): boolean {
  return weights[task] !== 0;
}
