import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { selectBackend, usesAllCores } from '@kaleido/backend';
import type { Evaluation } from '@kaleido/eval';
import { KaleidoError } from '@kaleido/foundation';
import { openModuleWorkers, writeWhole } from '@kaleido/foundation/node';
import {
  KaleidoBert,
  type KaleidoBertConfig,
  kaleidoBertConfig,
  presetSize,
  readWeights,
  type Weights,
} from '@kaleido/model';
import { type BertFolder, initialiseFromBert, loadBertFolder } from '@kaleido/model/node';
import type { TaskCatalogue } from '@kaleido/pretrain-tasks';
import { createTokenizer, type Tokenizer, trainWordPieceVocabulary } from '@kaleido/tokenizer';
import {
  type ReplicaService,
  type RunStageOptions,
  runStage,
  type StageOptions,
  type StageResult,
} from '@kaleido/training';
import { type ClaimedFolder, claimRunFolder } from './claim-run-folder.ts';
import { pathFromUser } from './command-line.ts';
import { evaluateRun } from './evaluate-run.ts';
import type { FineTuneWorkerData } from './fine-tune-worker.ts';
import { inspectProducts } from './inspect-products.ts';
import { fieldLabels } from './labels.ts';
import { mineNegatives } from './mine-negatives.ts';
import { refuseUselessData } from './open-source.ts';
import type { PreparedSplit } from './prepare-split.ts';
import type { Recipe, RecipeFineTuning } from './recipe.ts';
import { parseStoredRecipe } from './recipe-schema.ts';
import { givenTokenizer } from './recipe-tokenizer.ts';
import type { RunContext } from './run-context.ts';
import { RunFolder, type RunProgress } from './run-folder.ts';
import type { RunRecipeOptions } from './run-options.ts';
import { openRunSources, prepareRunSplits } from './run-splits.ts';
import { openSplitScorer } from './score-split.ts';
import { sharedCatalogue } from './shared-catalogue.ts';
import { precisionOf, sharedData } from './shared-data.ts';
import { stageOptions } from './stage-options.ts';
import type { PretrainWorkerData, WorkerData } from './worker-data.ts';
import { workerModule } from './worker-module.ts';

export interface RunResult {
  readonly kind: 'finished' | 'interrupted';
  /** When the run was finished, in ISO 8601, if that was before: nothing was done then. */
  readonly finishedBefore?: string;
  readonly report?: string;
  readonly evaluation?: Evaluation;
}

/**
 * Prepares, pre-trains, fine-tunes, evaluates and reports, as the recipe says. A run that was broken off is gone on with,
 * a finished one is left as it is.
 * @throws KaleidoError as `claimRunFolder`; the signal's reason where it came between the steps of training, when features were made or the run measured;
 *   what a step of training threw, with the steps before it saved where they still can be (`onMessage` says from where
 *   the same run would go on)
 */
export async function runRecipe(options: RunRecipeOptions): Promise<RunResult> {
  const { recipe, out, data, backend, overwrite, onMessage } = options;
  refuseUselessData(recipe, data);
  const claim = await claimRunFolder({
    out,
    kind: 'pretraining',
    recipe,
    parse: (text) => parseStoredRecipe(text, out),
    record: { data, backend, precision: precisionOf(options) },
    overwrite,
    onMessage,
  });
  if (claim.kind === 'finished') {
    const folder = new RunFolder(out);
    const [report, evaluation] = [await folder.report(), await folder.evaluation()];
    return {
      kind: 'finished',
      finishedBefore: claim.at,
      ...(report === undefined ? {} : { report }),
      ...(evaluation === undefined ? {} : { evaluation }),
    };
  }
  try {
    return await runIn(claim, options);
  } finally {
    await claim.release();
  }
}

async function runIn(claim: ClaimedFolder, options: RunRecipeOptions): Promise<RunResult> {
  const { recipe, out } = options;
  const interrupted = (): boolean => options.signal?.aborted ?? false;
  const times: { part: string; seconds: number }[] = [];
  const timed = async <Value>(part: string, work: () => Promise<Value>): Promise<Value> => {
    const start = performance.now();
    const value = await work();
    addTime(times, part, (performance.now() - start) / 1000);
    return value;
  };

  // What can be refused before any work is done: a backend that is not to be had, a folder or a vocabulary that is wrong.
  const { description } = await selectBackend({
    prefer: options.backend,
    precision: precisionOf(options),
    threads: options.threads,
  });
  options.onMessage?.(`backend: ${description}; ${options.threads} threads`);
  const folder = new RunFolder(out);
  const given = await givenTokenizer(recipe, options.onMessage);
  const bert = recipe.model.bert === undefined ? undefined : await loadBertFolder(pathFromUser(recipe.model.bert));
  const sources = await openRunSources(options);
  const { position_scale } = modelConfig(recipe, 1000, 1);
  const { splits, more } = await timed('Pictures to features', () =>
    prepareRunSplits(sources, position_scale, options),
  );
  if (interrupted()) return { kind: 'interrupted' };
  const { train } = splits;
  const tokenizer =
    given ?? (await timed('Vocabulary', () => trainedTokenizer(options, [train, ...(more ? [more] : [])])));
  const config = modelConfig(recipe, tokenizer.vocabularySize, train.features.featureWidth);
  const catalogue = sharedCatalogue(train.products, tokenizer, config.text_seq_len);
  const beside = more && {
    catalogue: sharedCatalogue(more.products, tokenizer, config.text_seq_len),
    features: more.features,
  };
  const moreCatalogue = beside?.catalogue;
  const notes = await inspectProducts({ recipe, splits, more, tokenizer, catalogue, moreCatalogue });
  for (const note of notes) options.onMessage?.(note);
  const context: RunContext = { options, sources, splits, more, tokenizer, config, folder, times, notes };

  const data = createHash('sha256')
    .update(
      JSON.stringify([
        ...[train.key, train.products.length, more?.key, more?.products.length],
        ...[tokenizer.toVocabularyText(), tokenizer.normalization],
      ]),
    )
    .digest('hex')
    .slice(0, 16);
  const found = claim.goesOn ? await folder.checkpoint(recipe) : undefined;
  if (found === undefined) {
    await claim.begin();
    await folder.begin(recipe, config, tokenizer);
  } else if (found.data === data) {
    await claim.begin();
    for (const { part, seconds } of found.times) addTime(times, part, seconds);
    options.onMessage?.(
      found.stage < recipe.stages.length
        ? `goes on at stage ${found.stage + 1} of ${recipe.stages.length}, step ${found.step}`
        : 'goes on after pre-training',
    );
  } else
    throw new KaleidoError({
      source: 'pipeline',
      problem: `the run in ${out} was begun on other products, and cannot go on with these`,
      found: options.data ?? train.name,
      advice: 'pass the --data it was begun with, another --out, or --overwrite to begin anew',
    });
  let weights = found?.weights ?? (await initialWeights(context, train, bert));
  let from = found;

  for (const [index, stage] of recipe.stages.entries()) {
    if (from !== undefined && index < from.stage) continue;
    const step = from?.stage === index ? from.step : 0;
    const shared = sharedData(context, catalogue, train, weights);
    const resume =
      from?.optimizer !== undefined && step > 0 ? { step, state: { weights, optimizer: from.optimizer } } : undefined;
    from = undefined;
    const plain: PretrainWorkerData = { ...shared, stage, ...(beside === undefined ? {} : { more: beside }) };
    const part = `Stage ${stage.name}`;
    const begun = performance.now();
    let saved = step;
    const saveSoFar = async (step: number, state: StageResult['state']): Promise<void> => {
      const soFar = times.map((time) => ({ ...time }));
      addTime(soFar, part, (performance.now() - begun) / 1000);
      const { weights: moved, optimizer } = state;
      await folder.saveCheckpoint({
        stage: index,
        step,
        data,
        weights: new Map([...weights, ...moved]),
        optimizer,
        times: soFar,
      });
      saved = step;
    };
    const result = await timed(part, async () => {
      const { hardNegatives } = stage;
      // Those that the stage began with: the model has changed since.
      const kept = resume === undefined ? undefined : await folder.hardNegatives();
      const mined =
        hardNegatives === undefined
          ? plain
          : { ...plain, hardNegatives: kept ?? (await mine(context, shared, hardNegatives)) };
      return trainStage(context, stageOptions(stage, more !== undefined), workerModule('pretrain-worker'), mined, {
        resume,
        onState: saveSoFar,
      });
    }).catch((error: unknown) => {
      options.onMessage?.(standing({ stage: index, step: saved }, recipe));
      throw error;
    });
    weights = new Map([...weights, ...result.state.weights]);
    const done = result.step >= stage.steps;
    if (done && index + 1 === recipe.stages.length) await folder.saveModel(config, weights);
    await folder.saveCheckpoint({
      ...(done
        ? { stage: index + 1, step: 0 }
        : { stage: index, step: result.step, optimizer: result.state.optimizer }),
      data,
      weights,
      times,
    });
    if (!done || interrupted()) return { kind: 'interrupted' };
  }

  if (recipe.fineTuning !== undefined) {
    for (const inputs of recipe.fineTuning.inputs) {
      if (await folder.hasClassifier(inputs)) {
        options.onMessage?.(`the classifier on ${inputs} is there from before`);
        continue;
      }
      const finished = await timed(`Fine-tuning on ${inputs}`, () =>
        fineTune(context, recipe.fineTuning as RecipeFineTuning, inputs, catalogue, train, weights),
      );
      if (!finished) return { kind: 'interrupted' };
      await folder.saveCheckpoint({ stage: recipe.stages.length, step: 0, data, weights, times });
    }
  }
  const { evaluation, report } = await evaluateRun(context, weights, timed);
  await folder.finish();
  return { kind: 'finished', evaluation, report };
}

/** What a run that failed has to go on from. */
function standing({ stage, step }: RunProgress, { stages }: Recipe): string {
  const where = `stage ${stage + 1} of ${stages.length}, step ${step} of ${stages[stage]?.steps}`;
  return stage === 0 && step === 0
    ? 'failed before anything was saved; the same command begins anew'
    : `failed; what is saved stands, and the same command goes on from it: ${where}`;
}

function addTime(times: { part: string; seconds: number }[], part: string, seconds: number): void {
  const known = times.find((time) => time.part === part);
  if (known === undefined) times.push({ part, seconds });
  else known.seconds += seconds;
}

/** The tokenizer of a recipe that trains its vocabulary on the captions. */
async function trainedTokenizer(
  { recipe, cache }: RunRecipeOptions,
  splits: readonly PreparedSplit[],
): Promise<Tokenizer> {
  const captions = splits.flatMap(({ products }) => products.map(({ caption }) => caption));
  const { size } = recipe.tokenizer as Extract<Recipe['tokenizer'], { kind: 'train' }>;
  const key = createHash('sha256')
    .update(JSON.stringify([size, captions]))
    .digest('hex')
    .slice(0, 16);
  const file = join(cache, `vocabulary-${key}.txt`);
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return createTokenizer(kept);
  const tokenizer = createTokenizer(trainWordPieceVocabulary(captions, { size }));
  await writeWhole(file, tokenizer.toVocabularyText());
  return tokenizer;
}

/** The configuration of a recipe's model. @throws KaleidoError for an unknown preset or a wrong setting */
export function modelConfig(recipe: Recipe, vocabularySize: number, featureWidth: number): KaleidoBertConfig {
  for (const key of ['vocab_size', 'patch_feature_size'])
    if (key in recipe.model.settings)
      throw new KaleidoError({
        source: 'pipeline',
        problem: `model.settings of the recipe ${recipe.name} cannot decide "${key}"`,
        found: recipe.model.settings[key],
        advice: 'leave it out: it follows from the tokenizer or the feature extractor',
      });
  const config = kaleidoBertConfig({
    ...presetSize(recipe.model.preset),
    ...recipe.model.settings,
    vocab_size: vocabularySize,
    patch_feature_size: featureWidth,
  });
  if (config.joint_size > 0 && config.joint_view === 'whole') return config;
  for (const { name, objectives } of recipe.stages)
    for (const key of ['more', 'meanBatchSize'] as const)
      if (objectives.contrastive?.[key] !== undefined)
        throw new KaleidoError({
          source: 'pipeline',
          problem: `the stage ${name} of the recipe ${recipe.name} has contrastive.${key}, for which the joint space must read the whole garment`,
          found: `joint_size ${config.joint_size}, joint_view ${config.joint_view}`,
          advice: `set model.settings.joint_size above 0 and joint_view to "whole", or leave ${key} out`,
        });
  return config;
}

async function initialWeights(
  { config, options }: RunContext,
  { statistics }: PreparedSplit,
  bert: BertFolder | undefined,
): Promise<Weights> {
  const { recipe, onMessage } = options;
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
  // A feature that hardly ever varies, such as a rare colour's, would be blown up a thousandfold the day it does.
  const least = (0.1 * statistics.deviation.reduce((sum, value) => sum + value, 0)) / statistics.deviation.length;
  const deviation = statistics.deviation.map((value) => Math.max(value, least) || 1);
  return weights.set('kaleido/feature_mean', statistics.mean.slice()).set('kaleido/feature_deviation', deviation);
}

async function mine(
  { options, folder }: RunContext,
  data: WorkerData,
  wanted: { readonly perRow: number; readonly share: number },
): Promise<NonNullable<PretrainWorkerData['hardNegatives']>> {
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

async function trainStage(
  { options, folder }: RunContext,
  stage: StageOptions,
  module: URL,
  data: WorkerData,
  { resume, onState }: { resume?: RunStageOptions['resume'] | undefined; onState?: RunStageOptions['onState'] },
): Promise<StageResult> {
  options.onPart?.(stage.name);
  await folder.forgetMetrics(stage.name, resume?.step ?? 0);
  const workers = openModuleWorkers<ReplicaService>({
    module,
    count: usesAllCores(options.backend) ? 1 : Math.min(options.threads, stage.shards),
    data,
  });
  try {
    return await runStage({
      stage,
      workers,
      ...(resume === undefined ? {} : { resume }),
      ...(onState === undefined ? {} : { onState }),
      ...(options.saveEverySeconds === undefined ? {} : { stateEverySeconds: options.saveEverySeconds }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onMetrics: async (metrics) => {
        await folder.logMetrics(metrics);
        options.onMetrics?.(metrics, stage.schedule.steps);
      },
    });
  } finally {
    await workers.close();
  }
}

/** @returns false where the signal came in the middle; a fine-tuning begins anew then */
async function fineTune(
  context: RunContext,
  recipe: RecipeFineTuning,
  inputs: RecipeFineTuning['inputs'][number],
  catalogue: TaskCatalogue,
  train: PreparedSplit,
  weights: Weights,
): Promise<boolean> {
  const { folder, config } = context;
  const labels = fieldLabels(train.products, recipe.fields);
  const { head, hiddenSize, dropout } = recipe;
  const classification = { fields: labels.fields, inputs, head, hiddenSize, dropout };
  const steps = Math.max(1, Math.round((recipe.epochs * catalogue.rows) / recipe.batchSize));
  const stage: StageOptions = {
    name: `fine-tuning (${inputs})`,
    schedule: { steps, learningRate: recipe.learningRate, warmup: 0.1 },
    optimizer: { weightDecay: recipe.weightDecay },
    shards: recipe.shards,
    examplesPerStep: recipe.batchSize,
  };
  const data: FineTuneWorkerData = {
    ...sharedData(context, catalogue, train, weights),
    stage,
    classification,
    labels: labels.rows,
    batchSize: recipe.batchSize,
    patchShare: recipe.patchShare,
  };
  const { state, step } = await trainStage(context, stage, workerModule('fine-tune-worker'), data, {});
  if (step < steps) return false;
  const layers = new Map([...state.weights].filter(([name]) => !weights.has(name)));
  const tuned = new Map([...weights].map(([name, values]) => [name, state.weights.get(name) ?? values]));
  await folder.saveClassifier(classification, config, tuned, layers);
  return true;
}
