import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Backend,
  ops,
  type Precision,
  readAll,
  selectBackend,
  type Tensor,
  tf,
  type Variable,
  valueAndGradients,
} from '@kaleido/backend';
import { type ReleasedColumnForm, type ReleasedFileKind, releasedColumns } from '@kaleido/data';
import { classificationMetrics, groupedRecalls, predictedClass, type ScoredPair } from '@kaleido/eval';
import { float32Tensor, float32Values, KaleidoError } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import {
  KaleidoBert,
  type KaleidoBertConfig,
  kaleidoBertConfig,
  modelFromWeights,
  presetSize,
  readWeights,
  type Weights,
} from '@kaleido/model';
import {
  loadReleasedCheckpoint,
  loadWeights,
  type ReleasedOptimizer,
  saveReleasedCheckpoint,
} from '@kaleido/model/node';
import {
  type PretrainBatch,
  type PretrainTask,
  pretrainLosses,
  pretrainTasks,
  releasedBatch,
  releasedPairs,
} from '@kaleido/pretrain-tasks';
import { AdamW, Classifier, dropoutSeeds, learningRateAt, type Schedule, type StageMetrics } from '@kaleido/training';
import type { RunListeners } from '../run-recipe.ts';
import { countRows, type ReleasedRows, releasedBatches, shuffledBatches } from './released-batches.ts';
import type { ReleasedRecipe, ReleasedTask, ReleasedTraining } from './released-recipe.ts';

export interface RunReleasedOptions extends RunListeners {
  readonly recipe: ReleasedRecipe;
  /** Folder of the files that the recipe names. */
  readonly data: string;
  /** A released checkpoint, or a model folder of this project. */
  readonly checkpoint?: string | undefined;
  readonly out: string;
  readonly backend: Backend;
  readonly precision?: Precision;
  readonly threads: number;
  /** Ends the run after the step in hand, with everything saved to go on from. */
  readonly signal?: AbortSignal;
}

/** Figures by their names, as the released evaluators print them: shares in per cent, losses as they are. */
export type ReleasedFigures = Readonly<Record<string, number>>;

export type ReleasedResult =
  | { readonly kind: 'finished'; readonly figures: ReleasedFigures }
  | { readonly kind: 'interrupted' };

const fileKinds: Readonly<Record<ReleasedTask, ReleasedFileKind>> = {
  pretrain: 'pretrain',
  category: 'category',
  subcategory: 'category',
  'image-to-text': 'retrieval',
  'text-to-image': 'retrieval',
};
/** The released code's layers of fine-tuning, and the columns of their labels. */
const heads = {
  category: { name: 'catepred_dense', label: 'img_category_id' },
  subcategory: { name: 'subcatepred_dense', label: 'img_subcategory_id' },
} as const;
/** Where a run that was stopped goes on. */
const checkpointName = 'model.ckpt';
/** Seconds of training that a killed run loses at most. */
const saveEvery = 120;

/** Runs what a script of the released code did: trains where the recipe says so, evaluates, and gives the figures. */
export async function runReleased(options: RunReleasedOptions): Promise<ReleasedResult> {
  const { recipe, data, backend, precision = 'float32', threads, out } = options;
  const { description } = await selectBackend({ prefer: backend, precision, threads });
  options.onMessage?.(`backend: ${description}`);
  const { textLength, featureWidth } = recipe;
  const forms = releasedColumns(fileKinds[recipe.task], { textLength, featureWidth });
  const evaluated = join(data, recipe.files.evaluate);
  await countRows(evaluated);
  const start = await openStart(options);
  assertWidths(start.config, recipe);
  const task = openTask(recipe, start);
  try {
    if (recipe.files.train !== undefined && recipe.training !== undefined) {
      const finished = await train(options, recipe.training, join(data, recipe.files.train), forms, task, start);
      if (!finished) return { kind: 'interrupted' };
    }
    options.onPart?.('evaluation');
    const figures = await task.evaluate(releasedBatches(evaluated, forms, recipe.batchSize), (rows) =>
      options.onProgress?.(rows),
    );
    await writeWhole(join(out, 'evaluation.json'), `${JSON.stringify(figures, undefined, 2)}\n`);
    return { kind: 'finished', figures };
  } finally {
    task.dispose();
  }
}

interface Start {
  readonly config: KaleidoBertConfig;
  readonly weights: Weights;
  /** Layers of fine-tuning, by the released code's names. */
  readonly layers: ReadonlyMap<string, Float32Array>;
  readonly optimizer?: ReleasedOptimizer;
}

async function openStart({ recipe, checkpoint, out }: RunReleasedOptions): Promise<Start> {
  if (recipe.training !== undefined) {
    // A run that was stopped in this folder goes on.
    const found = await loadReleasedCheckpoint(join(out, checkpointName), { optimizer: true }).catch(() => undefined);
    if (found?.optimizer !== undefined)
      return { config: found.config, weights: found.weights, layers: layersOf(found), optimizer: found.optimizer };
  }
  if (checkpoint !== undefined) {
    const found = await loadReleasedCheckpoint(checkpoint).catch(async (error: unknown) => {
      const own = await loadWeights(checkpoint).catch(() => undefined);
      if (own === undefined) throw error;
      return { ...own, heads: new Map() };
    });
    return { config: found.config, weights: found.weights, layers: layersOf(found) };
  }
  const preset = recipe.training?.preset;
  if (preset === undefined)
    throw new KaleidoError({
      source: 'pipeline',
      problem: `the recipe ${recipe.name} begins from a checkpoint, and none was given`,
      advice: 'pass --checkpoint with a released checkpoint or a model folder',
    });
  const config = kaleidoBertConfig({
    ...presetSize(preset),
    vocab_size: 30_522,
    patch_feature_size: recipe.featureWidth,
    text_seq_len: recipe.textLength,
  });
  const model = KaleidoBert.create(config, recipe.seed);
  const weights = await readWeights(model);
  model.dispose();
  return { config, weights, layers: new Map() };
}

function layersOf({ heads }: { readonly heads: ReadonlyMap<string, Parameters<typeof float32Values>[0]> }) {
  return new Map([...heads].map(([name, tensor]) => [name, float32Values(tensor, name)]));
}

function assertWidths(config: KaleidoBertConfig, { textLength, featureWidth, name }: ReleasedRecipe): void {
  const wrong = (what: string, wanted: number, found: number): KaleidoError =>
    new KaleidoError({
      source: 'pipeline',
      problem: `the files of the recipe ${name} have a ${what} of ${wanted}, and the checkpoint another`,
      found,
      advice: `set ${what} of the recipe to that of the files and the checkpoint`,
    });
  if (config.patch_feature_size !== featureWidth) throw wrong('featureWidth', featureWidth, config.patch_feature_size);
  if (config.max_position_embeddings < textLength)
    throw wrong('textLength', textLength, config.max_position_embeddings);
}

/** What differs from task to task. */
interface Task {
  readonly variables: ReadonlyMap<string, Variable>;
  /** Loss and figures of a batch, scalars; within a tape. */
  loss(rows: ReleasedRows, step: number): { readonly loss: Tensor; readonly figures: Readonly<Record<string, Tensor>> };
  evaluate(batches: AsyncIterable<ReleasedRows>, onRows: (rows: number) => void): Promise<ReleasedFigures>;
  dispose(): void;
}

function openTask(recipe: ReleasedRecipe, start: Start): Task {
  const { config } = start;
  const model = modelFromWeights(config, start.weights);
  const sizes = { vocabularySize: config.vocab_size, featureWidth: config.patch_feature_size };
  const dispose = (): void => model.dispose();
  switch (recipe.task) {
    case 'pretrain':
      return {
        variables: model.trainable(),
        loss: (rows, step) => {
          const batch = releasedBatch(rows.columns, sizes);
          const losses = pretrainLosses(model, batch, dropoutSeeds(recipe.seed, step, 0), 'released');
          return { loss: ops.addAll(pretrainTasks.map((task) => losses[task])), figures: { ...losses } };
        },
        evaluate: (batches, onRows) =>
          evaluatePretraining(model, batches, (rows) => releasedBatch(rows.columns, sizes), onRows),
        dispose,
      };
    case 'category':
    case 'subcategory': {
      const { name, label } = heads[recipe.task];
      const classes = recipe.classes as number;
      const options = {
        fields: [{ name, classes: Array.from({ length: classes }, (_, index) => String(index)) }],
        inputs: 'both',
        head: 'cls',
      } as const;
      const own = new Map([...start.layers].filter(([layer]) => layer.startsWith(`${name}/`)));
      const classifier =
        own.size === 2 ? new Classifier(model, options, own) : Classifier.create(model, options, recipe.seed);
      const labelsOf = (rows: ReleasedRows): Int32Array => {
        const labels = rows.columns.get(label) as Int32Array;
        const wrong = labels.find((value) => value < 0 || value >= classes);
        if (wrong === undefined) return labels;
        throw new KaleidoError({
          source: 'pipeline',
          problem: `the column ${label} must be from 0 to ${classes - 1}`,
          found: wrong,
          advice: 'set classes of the recipe to how many there are',
        });
      };
      return {
        variables: classifier.variables(),
        loss: (rows, step) => ({
          loss: classifier.loss(
            releasedPairs(rows.columns, sizes),
            new Map([[name, labelsOf(rows)]]),
            dropoutSeeds(recipe.seed, step, 0),
          ),
          figures: {},
        }),
        evaluate: async (batches, onRows) => {
          const [truth, predicted]: [number[], number[]] = [[], []];
          for await (const rows of batches) {
            const [logits] = await readLogits(() => [
              classifier.logits(releasedPairs(rows.columns, sizes)).get(name) as Tensor,
            ]);
            for (const [index, wanted] of labelsOf(rows).entries()) {
              truth.push(wanted);
              predicted.push(predictedClass((logits as Float32Array).subarray(index * classes, (index + 1) * classes)));
            }
            onRows(truth.length);
          }
          const { accuracy, macroF1, macroF1AllClasses, examples } = classificationMetrics({
            truth,
            predicted,
            classes,
          });
          // The released evaluator's macro-F counts a class that is in neither list as 0.
          return { accuracy, macroF: macroF1AllClasses, macroFOfPresentClasses: macroF1, examples };
        },
        dispose,
      };
    }
    case 'image-to-text':
    case 'text-to-image': {
      const query = recipe.task === 'image-to-text' ? 'image_prod_id' : 'text_prod_id';
      return {
        variables: model.trainable(),
        loss: () => {
          throw new KaleidoError({ source: 'pipeline', problem: 'retrieval is not trained in the released code' });
        },
        evaluate: async (batches, onRows) => {
          const pairs: ScoredPair[] = [];
          for await (const rows of batches) {
            const both = releasedPairs(rows.columns, sizes);
            const [logits] = await readLogits(() => [
              model.forward(model.textInput(both.text), model.imageInput(both.image)).logits.match,
            ]);
            const labels = rows.columns.get('nx_sent_labels') as Int32Array;
            // The raw logit of class 1, as released: not the difference, nor the probability.
            for (const [index, product] of (rows.texts.get(query) as readonly string[]).entries())
              pairs.push({
                query: product,
                score: (logits as Float32Array)[2 * index + 1] as number,
                matches: labels[index] === 1,
              });
            onRows(pairs.length);
          }
          const { recalls, queries, withoutMatch } = groupedRecalls(pairs);
          return {
            'R@1': recalls[1],
            'R@5': recalls[5],
            'R@10': recalls[10],
            queries,
            withoutMatch,
            pairs: pairs.length,
          };
        },
        dispose,
      };
    }
    default:
      return recipe.task satisfies never;
  }
}

/** Runs a forward pass, reads what it gives, and frees the rest. */
async function readLogits(run: () => Tensor[]): Promise<Float32Array[]> {
  const tensors = tf.tidy(run);
  const values = await readAll(tensors);
  tf.dispose(tensors);
  return values as Float32Array[];
}

/** Each task's mean loss over the batches, and how often its answer is right. */
async function evaluatePretraining(
  model: KaleidoBert,
  batches: AsyncIterable<ReleasedRows>,
  batchOf: (rows: ReleasedRows) => PretrainBatch,
  onRows: (rows: number) => void,
): Promise<ReleasedFigures> {
  const sums = new Map<PretrainTask, number>();
  const right = new Map<string, [right: number, all: number]>();
  let rows = 0;
  for await (const some of batches) {
    const batch = batchOf(some);
    const B = batch.text.size;
    const answers: readonly (readonly [string, Int32Array, Float32Array | undefined])[] = [
      ['match', batch.matchLabels, undefined],
      ['rotation', batch.rotationLabels, undefined],
      ['jigsaw', batch.jigsawLabels, undefined],
      ['camouflage', batch.camouflageLabels, undefined],
      ['maskedTokens', batch.maskedLabels, batch.maskedWeights],
    ];
    const read = await readLogits(() => {
      const losses = pretrainLosses(model, batch, undefined, 'released');
      const { logits, sequence } = model.forward(model.textInput(batch.text), model.imageInput(batch.image));
      const places = tf.tensor(batch.maskedPositions, [B, batch.maskedPositions.length / B], 'int32');
      const tokens = model.predictTokens(sequence, places);
      const all = [logits.match, logits.rotation, logits.jigsaw, logits.camouflage, tokens];
      return [...pretrainTasks.map((task) => losses[task]), ...all];
    });
    for (const [index, task] of pretrainTasks.entries())
      sums.set(task, (sums.get(task) ?? 0) + ((read[index] as Float32Array)[0] as number) * B);
    for (const [index, [name, labels, weights]] of answers.entries()) {
      const values = read[pretrainTasks.length + index] as Float32Array;
      const classes = values.length / labels.length;
      const counts = right.get(name) ?? [0, 0];
      for (const [row, label] of labels.entries()) {
        if (weights !== undefined && (weights[row] as number) === 0) continue;
        counts[1]++;
        if (predictedClass(values.subarray(row * classes, (row + 1) * classes)) === label) counts[0]++;
      }
      right.set(name, counts);
    }
    rows += B;
    onRows(rows);
  }
  return {
    ...Object.fromEntries([...sums].map(([task, sum]) => [`${task}Loss`, sum / rows])),
    ...Object.fromEntries(
      [...right].map(([name, [hits, all]]) => [`${name}Accuracy`, (100 * hits) / Math.max(1, all)]),
    ),
    examples: rows,
  };
}

/** @returns false where the signal came in the middle */
async function train(
  options: RunReleasedOptions,
  training: ReleasedTraining,
  path: string,
  forms: readonly ReleasedColumnForm[],
  task: Task,
  start: Start,
): Promise<boolean> {
  const { recipe, out, signal } = options;
  const rows = await countRows(path);
  // As the released code counts them.
  const steps = Math.floor((rows * training.epochs) / recipe.batchSize) + 1;
  const { learningRate, warmup, weightDecay } = training;
  const schedule: Schedule = { steps, learningRate, warmup, compat: 'released' };
  const adam = new AdamW(task.variables, { weightDecay });
  const first = start.optimizer?.step ?? 0;
  if (start.optimizer !== undefined) {
    adam.restore(withoutUnknown(start.optimizer, task.variables));
    options.onMessage?.(`goes on at step ${first} of ${steps}`);
  } else await rm(join(out, 'metrics.jsonl'), { force: true });
  if (first >= steps) return true;
  options.onPart?.(recipe.name);
  const batches = shuffledBatches(path, forms, {
    size: recipe.batchSize,
    shuffle: training.shuffle,
    seed: recipe.seed,
  });
  const logEvery = Math.max(1, Math.ceil(steps / 100));
  const begun = performance.now();
  let saved = begun;
  let step = 0;
  let pending: { names: readonly string[]; sums: Tensor; count: number } | undefined;
  const save = async (): Promise<void> => {
    const state = await adam.state();
    const names = [...task.variables.keys()];
    const values = await readAll([...task.variables.values()]);
    const now = new Map(names.map((name, index) => [name, values[index] as Float32Array]));
    assertNumbers(now, step);
    const { config } = start;
    await saveReleasedCheckpoint(join(out, checkpointName), {
      config,
      weights: new Map([...start.weights].map(([name, before]) => [name, now.get(name) ?? before])),
      heads: new Map(
        [...task.variables]
          .filter(([name]) => !start.weights.has(name))
          .map(([name, { shape }]) => [name, float32Tensor(now.get(name) as Float32Array, shape)]),
      ),
      optimizer: state,
    });
    saved = performance.now();
  };
  try {
    for await (const batch of batches) {
      if (step >= steps || signal?.aborted === true) break;
      // The batches before were taken by the run that this one goes on from.
      if (step >= first) {
        const { names, figures } = takeStep(task, adam, batch, step, learningRateAt(step, schedule));
        const before: Tensor | undefined = pending?.sums;
        const sums: Tensor = before === undefined ? figures : tf.add(before, figures);
        if (before !== undefined) tf.dispose([before, figures]);
        pending = { names, sums, count: (pending?.count ?? 0) + 1 };
      }
      step++;
      if (pending === undefined || (step % logEvery !== 0 && step !== steps)) continue;
      const { names, sums, count } = pending;
      const [values] = (await readAll([sums])) as [Float32Array];
      sums.dispose();
      pending = undefined;
      const seconds = (performance.now() - begun) / 1000;
      const losses = Object.fromEntries(names.map((name, index) => [name, (values[index] as number) / count]));
      const done = step - first;
      const metrics: StageMetrics = {
        stage: recipe.name,
        step,
        losses,
        learningRate: learningRateAt(step - 1, schedule),
        seconds,
        secondsLeft: (seconds / done) * (steps - step),
        examplesPerSecond: (done * recipe.batchSize) / seconds,
      };
      if (!Number.isFinite(losses.loss))
        throw new KaleidoError({
          source: 'pipeline',
          problem: `the loss is no number after step ${step}`,
          found: String(losses.loss),
          advice: 'lower the learning rate, or look for unsound features',
        });
      await writeLine(join(out, 'metrics.jsonl'), metrics);
      options.onMetrics?.(metrics, steps);
      if (step < steps && performance.now() - saved >= 1000 * saveEvery) await save();
    }
    await save();
  } finally {
    pending?.sums.dispose();
    adam.dispose();
    await batches.return(undefined);
  }
  return step >= steps;
}

function takeStep(
  task: Task,
  adam: AdamW,
  batch: ReleasedRows,
  step: number,
  rate: number,
): { names: readonly string[]; figures: Tensor } {
  let names: readonly string[] = [];
  const figures = tf.tidy(() => {
    const { outputs, gradients } = valueAndGradients(() => task.loss(batch, step), [...task.variables.values()]);
    const named = { loss: outputs.loss, ...outputs.figures };
    names = Object.keys(named);
    const reached = [...task.variables].flatMap(([name, variable]) => {
      const gradient = gradients.get(variable.name);
      return gradient == null ? [] : [[name, gradient] as const];
    });
    adam.apply(new Map(reached), rate);
    return tf.stack(Object.values(named).map((value) => tf.reshape(value, [])));
  });
  return { names, figures };
}

async function writeLine(path: string, metrics: StageMetrics): Promise<void> {
  await appendFile(path, `${JSON.stringify(metrics)}\n`).catch(async (cause: NodeJS.ErrnoException) => {
    // The folder is made with the first line.
    if (cause.code === 'ENOENT') return writeWhole(path, `${JSON.stringify(metrics)}\n`);
    throw new KaleidoError({ source: 'pipeline', problem: `could not write ${path}`, found: cause.code, cause });
  });
}

function assertNumbers(weights: Weights, step: number): void {
  for (const [name, values] of weights)
    if (!values.every(Number.isFinite))
      throw new KaleidoError({
        source: 'pipeline',
        problem: `after step ${step} the variable "${name}" has what is no number`,
        advice: 'lower the learning rate, or look for unsound features',
      });
}

/** Moments of the variables that are trained, zeros for what the checkpoint has none of. */
function withoutUnknown(
  { step, firstMoments, secondMoments }: ReleasedOptimizer,
  variables: Task['variables'],
): ReleasedOptimizer {
  const of = (moments: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> =>
    new Map([...variables].map(([name, { size }]) => [name, moments.get(name) ?? new Float32Array(size)]));
  return { step, firstMoments: of(firstMoments), secondMoments: of(secondMoments) };
}
