import type { AlignmentTable } from '@kaleido/alignment';
import { featureStandardisation, KaleidoBert, readWeights, type Weights } from '@kaleido/model';
import { type BertFolder, initialiseFromBert } from '@kaleido/model/node';
import type { TaskCatalogue } from '@kaleido/pretrain-tasks';
import type { Recipe, RecipeStage } from '@kaleido/recipe-schema';
import type { RunCheckpoint, RunProgress } from '@kaleido/runs';
import { type CatalogueData, mineNegatives, modelData, type SplitData } from '@kaleido/scoring';
import { openSplitScorer } from '@kaleido/scoring/node';
import type { OptimizerState, StageResult } from '@kaleido/training';
import { type KeptStage, KeptStages } from '../kept-stages.ts';
import { pretrainBatches } from '../pretrain-batches.ts';
import type { PretrainWorkerData } from '../pretrain-worker.ts';
import { precisionOf, type RunContext, sharedData } from '../run-context.ts';
import { stageOptions } from '../stage-options.ts';
import { trainRunStage } from '../train-run-stage.ts';
import type { PretrainData } from '../training-data.ts';
import { workerModule } from '../worker-module.ts';

export interface PretrainStepOptions {
  readonly catalogue: TaskCatalogue;
  /** Pairs of the training products, for guided masking. */
  readonly alignments?: AlignmentTable | undefined;
  /** The products of `data.more`. */
  readonly more?: CatalogueData | undefined;
  /** Identifies the products and the vocabulary. */
  readonly data: string;
  /** Checkpoint to resume from. */
  readonly from?: RunCheckpoint | undefined;
  /** Weights of a new run. */
  readonly initial: Weights;
}

/**
 * Trains the stages of the recipe, or takes those that a run which began alike has kept. Reads the features and the
 * checkpoint of an interrupted run; writes `metrics.jsonl`, the checkpoint at intervals, and the model after the last
 * stage.
 * @returns the weights; undefined if the signal was aborted before the end
 */
export async function pretrainStep(context: RunContext, options: PretrainStepOptions): Promise<Weights | undefined> {
  const { recipe, signal, keptStages, backend } = context.options;
  const kept = keptStages === undefined ? undefined : new KeptStages(keptStages);
  const origin = { data: options.data, backend, precision: precisionOf(context.options) };
  let { from } = options;
  let weights = from?.weights ?? options.initial;
  for (const [index, stage] of recipe.stages.entries()) {
    if (from !== undefined && index < from.stage) continue;
    // Between two stages there is nothing to resume, and a kept one may be taken.
    const resumed = from?.stage === index && from.step > 0 ? from : undefined;
    from = undefined;
    const known = resumed === undefined ? await kept?.find(recipe, index, origin) : undefined;
    const result: StageEnd =
      known === undefined
        ? await trainStage(context, options, { index, stage, weights, resumed })
        : await takeStage(context, stage, known);
    weights = new Map([...weights, ...result.state.weights]);
    const isDone = result.step >= stage.steps;
    if (isDone && known === undefined && kept !== undefined) {
      const metrics = (await context.folder.metrics.read()).filter((line) => line.stage === stage.name);
      await kept.keep(recipe, index, origin, { weights, metrics });
    }
    if (isDone && index + 1 === recipe.stages.length) await context.folder.saveModel(context.config, weights);
    await context.folder.saveCheckpoint({
      ...(isDone ? { stage: index + 1, step: 0 } : { stage: index, step: result.step }),
      ...(isDone || result.state.optimizer === undefined ? {} : { optimizer: result.state.optimizer }),
      data: options.data,
      weights,
      times: context.times.list(),
    });
    if (!isDone || signal?.aborted === true) return undefined;
  }
  return weights;
}

/** The end of a stage that another run has trained. */
async function takeStage(
  { folder, options, times }: RunContext,
  { name, steps }: RecipeStage,
  { weights, metrics }: KeptStage,
): Promise<StageEnd> {
  options.onMessage?.(`stage ${name}: taken from a run that began alike`);
  times.add(`Stage ${name}, taken from another run`, 0);
  await folder.metrics.forgetAfter(name, 0);
  for (const line of metrics) await folder.metrics.append(line);
  return { step: steps, state: { weights } };
}

/** Where a stage stopped; `optimizer` is that of a stage that goes on. */
interface StageEnd {
  readonly step: number;
  readonly state: { readonly weights: Weights; readonly optimizer?: OptimizerState };
}

interface StageInHand {
  readonly index: number;
  readonly stage: RecipeStage;
  /** With which it starts or resumes. */
  readonly weights: Weights;
  readonly resumed: RunCheckpoint | undefined;
}

async function trainStage(
  context: RunContext,
  { catalogue, more, alignments, data }: PretrainStepOptions,
  { index, stage, weights, resumed }: StageInHand,
): Promise<StageResult> {
  const { folder, times, splits, options } = context;
  const shared = sharedData(context, catalogue, splits.train, weights);
  const { step = 0, optimizer } = resumed ?? {};
  const resume = optimizer !== undefined && step > 0 ? { step, state: { weights, optimizer } } : undefined;
  const part = `Stage ${stage.name}`;
  const begun = performance.now();
  let saved = step;
  try {
    return await times.timed(part, async () => {
      const { hardNegatives } = stage;
      // Those from the start of the stage: the model has changed since.
      const kept = resume === undefined ? undefined : await folder.hardNegatives();
      const plain: PretrainData = {
        ...shared,
        stage,
        ...(more === undefined ? {} : { more }),
        ...(alignments && { alignments }),
      };
      const mined =
        hardNegatives === undefined
          ? plain
          : { ...plain, hardNegatives: kept ?? (await mine(context, shared, hardNegatives)) };
      const trained = stageOptions(stage, more !== undefined);
      const worker: PretrainWorkerData = { ...modelData(mined), options: trained, objectives: stage.objectives };
      options.onPart?.(stage.name);
      return trainRunStage(context, {
        stage: trained,
        batches: await pretrainBatches(mined),
        module: workerModule('pretrain-worker'),
        data: worker,
        ...(resume === undefined ? {} : { resume }),
        onState: async (at, state) => {
          await folder.saveCheckpoint({
            stage: index,
            step: at,
            data,
            weights: new Map([...weights, ...state.weights]),
            optimizer: state.optimizer,
            times: times.with(part, (performance.now() - begun) / 1000),
          });
          saved = at;
        },
      });
    });
  } catch (error) {
    options.onMessage?.(standing({ stage: index, step: saved }, options.recipe));
    throw error;
  }
}

async function mine(
  { options, folder }: RunContext,
  data: SplitData,
  wanted: { readonly perRow: number; readonly share: number },
): Promise<NonNullable<PretrainData['hardNegatives']>> {
  options.onPart?.('looking for hard negatives');
  const scorer = await openSplitScorer(data, options.threads);
  try {
    const negatives = mineNegatives(data.catalogue, scorer, wanted);
    await folder.saveHardNegatives(negatives);
    return negatives;
  } finally {
    await scorer.close();
  }
}

/** Says from where a failed run resumes. */
function standing({ stage, step }: RunProgress, { stages }: Recipe): string {
  const where = `stage ${stage + 1} of ${stages.length}, step ${step} of ${stages[stage]?.steps}`;
  return stage === 0 && step === 0
    ? 'failed before anything was saved; the same command starts again'
    : `failed; the saved state is kept, and the same command resumes from it: ${where}`;
}

/** The weights of a new run: drawn from its seed or taken from a BERT, and the statistics of its features. */
export async function initialWeights(
  { config, options, splits }: RunContext,
  bert: BertFolder | undefined,
): Promise<Weights> {
  const { recipe, onMessage } = options;
  const { statistics } = splits.train;
  const model = KaleidoBert.create(config, recipe.seed);
  const drawn = await readWeights(model);
  model.dispose();
  let weights = drawn;
  if (bert !== undefined) {
    const begun = initialiseFromBert(config, drawn, bert);
    weights = new Map(begun.weights);
    onMessage?.(`${begun.taken.length} of ${drawn.size} variables are those of the BERT ${recipe.model.bert}`);
    for (const { name, why } of begun.left) onMessage?.(`  not taken from it: ${name}: ${why}`);
    if (begun.missing.length > 0) onMessage?.(`  newly initialised, as the BERT has none: ${begun.missing.join(', ')}`);
  }
  if (!config.standardise_features) return weights;
  return new Map([...weights, ...featureStandardisation(statistics)]);
}
