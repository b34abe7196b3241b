import { ops, type Tensor, tf } from '@kaleido/backend';
import { epochOrder, randomStream } from '@kaleido/foundation';
import type { Encoder } from '@kaleido/model';
import type { BatchSource, Embeddings, GatheredEmbeddings, TaskLoss, TrainingTask } from '@kaleido/training';
import { z } from 'zod';
import type { BatchPlace, IdleSetting, Objective, ObjectiveSources, StagePlan } from './objective.ts';
import { objectives } from './objectives.ts';

type Objectives = typeof objectives;
type ObjectiveName = keyof Objectives;
type OptionsOf<One> = One extends Objective<infer Options, infer _> ? Options : never;

/** The objectives of a stage with their settings, as a recipe has them. */
export type StageObjectives = { readonly [Name in ObjectiveName]?: OptionsOf<Objectives[Name]> | undefined };

/** The batches of a stage's objectives, by name. */
export type StageBatch = Readonly<Partial<Record<ObjectiveName, object>>>;

// The list is heterogeneous; each entry only gets the options and batches that it made itself.
type AnyObjective = Objective<unknown, unknown>;
const byName = objectives as unknown as Readonly<Record<ObjectiveName, AnyObjective>>;
const names = Object.keys(objectives) as ObjectiveName[];

function wanted(options: StageObjectives): readonly (readonly [ObjectiveName, AnyObjective, unknown])[] {
  return names.flatMap((name) => (options[name] === undefined ? [] : [[name, byName[name], options[name]] as const]));
}

/** Recipe schema of a stage's objectives: one key each, at least one of them. */
export const stageObjectivesSchema: z.ZodType<StageObjectives> = z
  .strictObject(
    Object.fromEntries(names.map((name) => [name, byName[name].schema.optional()])) as {
      [Name in ObjectiveName]: z.ZodOptional<z.ZodType<OptionsOf<Objectives[Name]>>>;
    },
  )
  .refine((options) => wanted(options as StageObjectives).length > 0, 'a stage needs an objective')
  .refine(
    (options) => wanted(options as StageObjectives).some(([, objective, own]) => objective.learns(own)),
    'all weights of the stage are 0: nothing would be learned',
  ) as z.ZodType<StageObjectives>;

/** The settings that do not fit the stage; a path begins with the objective's name. */
export function checkObjectives(
  options: StageObjectives,
  stage: Pick<StagePlan, 'microBatches'>,
): { readonly path: readonly string[]; readonly message: string }[] {
  return wanted(options).flatMap(([name, objective, own]) =>
    (objective.check?.(own, stage) ?? []).map(({ path, message }) => ({ path: [name, ...path], message })),
  );
}

/** Settings of a stage's objectives that have no effect; a path begins with the objective's name. */
export function idleSettings(
  options: StageObjectives,
  model: Pick<ObjectiveSources, 'jointPatches'>,
): readonly IdleSetting[] {
  return wanted(options).flatMap(([name, objective, own]) =>
    (objective.withoutEffect?.(own, model) ?? []).map((setting) => ({ ...setting, path: [name, ...setting.path] })),
  );
}

/** Whether an objective of the stage draws groups, which may contain mined negatives. */
export function drawsGroups(options: StageObjectives): boolean {
  return wanted(options).some(([, objective, own]) => objective.drawsGroups(own));
}

/** Pairs that go through the model in a step. @param seesMore whether there are further products */
export function examplesPerStep(options: StageObjectives, seesMore: boolean): number {
  return wanted(options).reduce((sum, [, objective, own]) => sum + objective.examples(own, seesMore), 0);
}

/** The notes for the report on the objectives of a run's stages, one sentence each. */
export function objectiveNotes(stages: readonly StageObjectives[]): string[] {
  return [...new Set(stages.flatMap(wanted).flatMap(([, objective, own]) => objective.notes(own)))];
}

/**
 * Most steps whose rows are drawn together and sorted by length, and no more than an epoch has: a row would come twice in
 * a step. With 8, the captions of a step differ by an eighth of all lengths.
 */
const mostStepsOfOneOrder = 8;

/** The batches of a stage. They depend only on the plan's seed and the step. */
export function stageBatches(
  options: StageObjectives,
  sources: ObjectiveSources,
  plan: StagePlan,
): BatchSource<StageBatch> {
  const { seed, stage, microBatches } = plan;
  const orders = new Map<string, ReturnType<typeof epochOrder>>();
  const orderOf = (name: string, examples: number, rows: number): ReturnType<typeof epochOrder> => {
    const key = `${name}/${examples}/${rows}`;
    const order = orders.get(key) ?? epochOrder(rows, examples, seed, stage, name);
    orders.set(key, order);
    return order;
  };
  const placeOf = (step: number, own: number): BatchPlace => ({
    step,
    microBatch: own,
    microBatches,
    rows(name, examples, rows, microBatch = own) {
      const each = examples / microBatches;
      return orderOf(name, examples, rows)
        .rowsOf(step)
        .slice(microBatch * each, (microBatch + 1) * each);
    },
    rowsOfOneLength(name, examples, lengths) {
      const steps = Math.max(1, Math.min(mostStepsOfOneOrder, Math.floor(lengths.length / examples)));
      const window = Math.floor(step / steps);
      const drawn = orderOf(name, examples * steps, lengths.length).rowsOf(window);
      const sorted = [...drawn].sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b);
      const parts = Array.from({ length: steps }, (_, part) => part);
      const part = randomStream(seed, stage, name, 'lengths', window).shuffle(parts)[step % steps] as number;
      // Every micro-batch takes every n-th row, so that none has the longest captions alone.
      return sorted.slice(part * examples, (part + 1) * examples).filter((_, at) => at % microBatches === own);
    },
    random: (name, microBatch = own) => randomStream(seed, stage, name, step, microBatch),
  });
  return {
    async batch(step, microBatch) {
      const place = placeOf(step, microBatch);
      const batches: Partial<Record<ObjectiveName, object>> = {};
      for (const [name, objective, own] of wanted(options))
        batches[name] = (await objective.batch(own, sources, place)) as object;
      return batches;
    },
  };
}

/** The weighted sum of a stage's objectives, as the trainer's task. */
export function stageTask(
  options: StageObjectives,
  encoder: Encoder,
  variables: TrainingTask<StageBatch>['variables'],
): TrainingTask<StageBatch> {
  const all = wanted(options);
  const embed = (batch: StageBatch, seeds: Parameters<NonNullable<TrainingTask<StageBatch>['embed']>>[1]): Embeddings =>
    Object.fromEntries(
      all.flatMap(([name, objective, own]) =>
        Object.entries(objective.embed?.(own, encoder, batch[name], seeds) ?? {}).map(
          ([part, embedded]) => [`${name}/${part}`, embedded] as const,
        ),
      ),
    );
  return {
    variables,
    ...(all.some(([, objective]) => objective.embed !== undefined) ? { embed } : {}),
    loss(batch, seeds, gathered): TaskLoss {
      const terms: Tensor[] = [];
      const figures: Record<string, Tensor> = {};
      for (const [name, objective, own] of all) {
        const parts = partsOf(gathered, `${name}/`);
        for (const term of objective.losses(own, encoder, batch[name], seeds, parts)) {
          const { weight, value } = term;
          figures[term.name] = value;
          if (weight > 0) terms.push(weight === 1 ? value : tf.mul(value, weight));
        }
      }
      return { loss: ops.addAll(terms), figures };
    },
  };
}

function partsOf(gathered: GatheredEmbeddings, prefix: string): GatheredEmbeddings {
  return Object.fromEntries(
    Object.entries(gathered).flatMap(([name, part]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), part]] : [],
    ),
  );
}
