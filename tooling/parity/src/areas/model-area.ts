import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Backend, ops, readAll, selectBackend, type Tensor, tf, valueAndGradients } from '@kaleido/backend';
import { type LevelName, levels, patchCount } from '@kaleido/layout';
import {
  encoderOf,
  type ImageInput,
  type KaleidoBert,
  type KaleidoBertConfig,
  kaleidoBertConfig,
  modelFromWeights,
  releasedPrefix,
  variableDescriptions,
} from '@kaleido/model';
import { loadReleasedCheckpoint } from '@kaleido/model/node';
import {
  classLoss,
  type PretrainBatch,
  type PretrainLosses,
  pretrainLosses,
  pretrainTasks,
  type ReleasedColumns,
  releasedBatch,
} from '@kaleido/pretrain-tasks';
import { AdamW, learningRateAt } from '@kaleido/training';
import { type Comparison, compareItems, compareNumbers, skipped } from '../comparison.ts';
import { foldersWith, numbersOf, readJson, readTensors } from '../read-case.ts';
import { releasedTolerance } from '../tolerances.ts';
import { compareReleasedFiles } from './released-files.ts';

/** The released code's names of the losses. */
const lossNames: Readonly<Record<keyof PretrainLosses, string>> = {
  maskedTokens: 'mlm',
  match: 'itm',
  rotation: 'rotation',
  jigsaw: 'jigsaw',
  camouflage: 'camouflage',
  greyToColour: 'grey_mask',
  blankToColour: 'blank_mask',
};
const levelColumns = ['rotation', 'jigsaw', 'camouflage', 'grey_mask', 'blank_mask'] as const;

type Values = Map<string, Float32Array>;

/** A small model of the released code with its inputs and outputs. */
interface ModelCase {
  readonly name: string;
  readonly folder: string;
  readonly config: KaleidoBertConfig;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly after: ReadonlyMap<string, Float32Array> | undefined;
  readonly batch: PretrainBatch;
  readonly outputs: ReadonlyMap<string, Int32Array | Float32Array>;
  readonly optimizer: ReleasedOptimizer | undefined;
}

interface ReleasedOptimizer {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weight_decay: number;
  readonly clip_global_norm: number;
  readonly base_learning_rate: number;
  readonly train_steps: number;
  readonly warmup_ratio: number;
}

/** Compares a folder with the layout of the released model's golden values, on every backend. */
export async function compareModel(folder: string, backends: readonly Backend[]): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const path of await foldersWith(folder, 'base-variables.json', 0))
    comparisons.push(await compareVariables(path));
  for (const path of await foldersWith(folder, 'expected.json', 1))
    comparisons.push(...(await compareReleasedFiles(path)));
  for (const path of await foldersWith(folder, 'inputs.safetensors', 1)) {
    const opened = await openCase(path);
    if (!('batch' in opened)) {
      comparisons.push(opened);
      continue;
    }
    if (opened.after !== undefined) comparisons.push(...compareCheckpoint(opened, opened.after));
    for (const backend of backends) {
      await selectBackend({ prefer: backend });
      comparisons.push(...(await compareCase(opened, backend)));
    }
  }
  return comparisons;
}

async function openCase(folder: string): Promise<ModelCase | Comparison> {
  const name = basename(folder);
  for (const file of ['config.json', 'outputs.safetensors', 'bare'])
    if (!existsSync(join(folder, file))) return skipped(name, `it has no ${file}`);
  const config = kaleidoBertConfig(await readJson(join(folder, 'config.json')));
  const read = async (file: string) =>
    new Map([...(await readTensors(join(folder, file)))].map(([key, tensor]) => [key, numbersOf(tensor, key)]));
  const columns: ReleasedColumns = await read('inputs.safetensors');
  const sizes = { vocabularySize: config.vocab_size, featureWidth: config.patch_feature_size };
  const meta = existsSync(join(folder, 'meta.json'))
    ? ((await readJson(join(folder, 'meta.json'))) as { optimizer?: ReleasedOptimizer })
    : {};
  const after = existsSync(join(folder, 'after3'))
    ? await loadReleasedCheckpoint(join(folder, 'after3'), { config })
    : undefined;
  return {
    name,
    folder,
    config,
    weights: (await loadReleasedCheckpoint(join(folder, 'bare'), { config })).weights,
    after: after?.weights,
    batch: releasedBatch(columns, sizes),
    outputs: await read('outputs.safetensors'),
    optimizer: meta.optimizer,
  };
}

/** The checkpoint after three steps must equal the outputs of these steps exactly. */
function compareCheckpoint({ name, outputs }: ModelCase, after: ReadonlyMap<string, Float32Array>): Comparison[] {
  return [...after].flatMap(([variable, values]) => {
    const expected = outputs.get(`step3/${releasedPrefix}${variable}`);
    return expected === undefined
      ? []
      : [compareNumbers(`${name} checkpoint after3/${variable}`, values, expected, () => 0)];
  });
}

async function compareCase(one: ModelCase, backend: Backend): Promise<Comparison[]> {
  const found: Values = new Map([
    ...(await forward(one)),
    ...(await lossesAndGradients(one)),
    ...(await trainingSteps(one)),
  ]);
  return [...one.outputs].flatMap(([name, expected]) => {
    // Inputs of the reference, not outputs.
    if (/^finetune\/.*(_dense\/(kernel|bias)|\/labels)$/.test(name)) return [];
    const tolerance = releasedTolerance(name, backend);
    const values = found.get(name);
    if (values === undefined || tolerance === undefined)
      return [{ ...skipped(`${one.name} ${name}`, 'nothing here is of this name'), backend }];
    return [{ ...compareNumbers(`${one.name} ${name}`, values, expected, tolerance), backend }];
  });
}

/** Runs a function on a model and reads its results; frees all intermediate tensors. */
async function read(
  config: KaleidoBertConfig,
  weights: ReadonlyMap<string, Float32Array>,
  run: (model: KaleidoBert) => Readonly<Record<string, Tensor>>,
): Promise<Values> {
  const model = modelFromWeights(config, weights);
  const names: string[] = [];
  const tensors = tf.tidy(() => {
    const outputs = run(model);
    names.push(...Object.keys(outputs));
    return Object.values(outputs);
  });
  const values = await readAll(tensors);
  tf.dispose(tensors);
  model.dispose();
  return new Map(names.map((name, index) => [name, values[index] as Float32Array]));
}

async function forward({ config, weights, after, batch, outputs }: ModelCase): Promise<Values> {
  const { size: B, textLength: T, mask } = batch.text;
  const ids = (values: Int32Array): Tensor => tf.tensor(values, [B, values.length / B], 'int32');
  const S = T + patchCount;
  const values = await read(config, weights, (model) => {
    const output = model.forward(model.textInput(batch.text), model.imageInput(batch.image), { attentions: true });
    const { sequence } = output;
    const named: Record<string, Tensor> = {
      'embeddings/text': output.textEmbeddings,
      'embeddings/all': tf.concat([output.textEmbeddings, output.patchEmbeddings], 1),
      sequence_output: sequence,
      pooled_output: output.pooled,
      'logits/mlm': model.predictTokens(sequence, ids(batch.maskedPositions)),
      'logits/itm': output.logits.match,
      'logits/rotation': output.logits.rotation,
      'logits/jigsaw': output.logits.jigsaw,
      'logits/camouflage': output.logits.camouflage,
      'logits/grey_mask': model.predictFeatures(sequence, 'grey', ids(batch.greyIds)),
      'logits/blank_mask': model.predictFeatures(sequence, 'blank', ids(batch.blankIds)),
    };
    for (const [k, { start, patches }] of levels.entries())
      named[`embeddings/${levelColumns[k]}`] = ops.sliceRows(output.patchEmbeddings, start, patches);
    for (const [i, layer] of output.layers.entries()) {
      named[`encoder/layer_${i}/output`] = layer;
      named[`encoder/layer_${i}/attention_output`] = output.attended[i] as Tensor;
      named[`encoder/layer_${i}/attention_probs`] = output.attentions[i] as Tensor;
    }
    return named;
  });
  values.set(
    'attention_mask',
    Float32Array.from({ length: B * S * S }, (_, i) => {
      const [b, key] = [Math.floor(i / (S * S)), i % S];
      return key < T ? (mask[b * T + key] as number) : 1;
    }),
  );
  values.set('targets/blank_mask_features', batch.blankTargets);
  // The original grey patches: the released code gathers them, but uses them in no loss.
  values.set('targets/grey_mask_features_unused', patchFeatures(batch, 'grey', batch.greyIds));
  // In prediction and fine-tuning, no patch is blanked.
  const { blankKeep: _, ...plain } = batch.image;
  const predict = (model: KaleidoBert) =>
    model.forward(model.textInput(batch.text), model.imageInput(plain) satisfies ImageInput);
  const predicted = await read(config, weights, (model) => {
    const { logits, pooled } = predict(model);
    const named: Record<string, Tensor> = {
      'predict/logits/itm': logits.match,
      'predict/logits/rotation': logits.rotation,
      'predict/logits/jigsaw': logits.jigsaw,
      'predict/logits/camouflage': logits.camouflage,
    };
    for (const name of outputs.keys()) {
      const head = /^finetune\/(.*)_dense\/kernel$/.exec(name)?.[1];
      if (head === undefined) continue;
      const [kernel, bias] = ['kernel', 'bias'].map((part) => outputs.get(`finetune/${head}_dense/${part}`));
      const labels = outputs.get(`finetune/${head}/labels`);
      if (kernel === undefined || bias === undefined || labels === undefined) continue;
      const classes = bias.length;
      const scores = ops.linear(pooled, tf.tensor(kernel, [config.hidden_size, classes]), tf.tensor(bias, [classes]));
      named[`finetune/${head}/logits`] = scores;
      named[`finetune/${head}/loss`] = classLoss(scores, tf.tensor(labels, [labels.length], 'int32'));
    }
    return named;
  });
  const later =
    after === undefined
      ? new Map<string, Float32Array>()
      : await read(config, after, (model) => ({ 'predict_after3/logits/itm': predict(model).logits.match }));
  return new Map([...values, ...predicted, ...later]);
}

/** Features of some patches of a level, row by row over the batch. */
function patchFeatures({ image }: PretrainBatch, name: LevelName, ids: Int32Array): Float32Array {
  const { featureWidth: F, size: B, features } = image;
  const { start } = levels.find((level) => level.name === name) as (typeof levels)[number];
  const found = new Float32Array(ids.length * F);
  for (const [i, id] of ids.entries()) {
    const at = (Math.floor((i * B) / ids.length) * patchCount + start + id) * F;
    found.set(features.subarray(at, at + F), i * F);
  }
  return found;
}

function sum(losses: PretrainLosses): Tensor {
  return ops.addAll(pretrainTasks.map((task) => losses[task]));
}

async function lossesAndGradients({ config, weights, batch }: ModelCase): Promise<Values> {
  return read(config, weights, (model) => {
    const variables = [...model.variables];
    const { value, outputs, gradients } = valueAndGradients(
      () => {
        const losses = pretrainLosses(encoderOf(model), batch, undefined, 'released');
        return { loss: sum(losses), losses };
      },
      variables.map(([, variable]) => variable),
    );
    const named: Record<string, Tensor> = { 'loss/total': value };
    for (const task of pretrainTasks) named[`loss/${lossNames[task]}`] = outputs.losses[task];
    for (const [name, variable] of variables)
      named[`grad/${releasedPrefix}${name}`] = gradients.get(variable.name) ?? tf.zerosLike(variable);
    return named;
  });
}

/** The released code's first steps on the same batch. */
async function trainingSteps({ config, weights, batch, outputs, optimizer }: ModelCase): Promise<Values> {
  const values: Values = new Map();
  const steps = outputs.get('train/learning_rate')?.length ?? 0;
  if (optimizer === undefined || steps === 0) return values;
  const model = modelFromWeights(config, weights);
  const adam = new AdamW(model.variables, {
    beta1: optimizer.beta1,
    beta2: optimizer.beta2,
    epsilon: optimizer.epsilon,
    weightDecay: optimizer.weight_decay,
    clipNorm: optimizer.clip_global_norm,
  });
  const schedule = {
    steps: optimizer.train_steps,
    learningRate: optimizer.base_learning_rate,
    warmup: optimizer.warmup_ratio,
    compat: 'released',
  } as const;
  const rates = Float32Array.from({ length: steps }, (_, step) => learningRateAt(step, schedule));
  const [losses, norms] = [new Float32Array(steps), new Float32Array(steps)];
  for (let step = 0; step < steps; step++) {
    const [loss, norm] = tf.tidy(() => {
      const variables = [...model.variables];
      const { value, gradients } = valueAndGradients(
        () => sum(pretrainLosses(encoderOf(model), batch, undefined, 'released')),
        variables.map(([, variable]) => variable),
      );
      const reached = new Map(
        variables.flatMap(([name, variable]) => {
          const gradient = gradients.get(variable.name);
          return gradient == null ? [] : [[name, gradient] as const];
        }),
      );
      const before = ops.globalNorm([...reached.values()]);
      adam.apply(reached, learningRateAt(step, schedule));
      return [value, before];
    }) as [Tensor, Tensor];
    const [[lossValue], [normValue]] = (await readAll([loss, norm])) as [Float32Array, Float32Array];
    losses[step] = lossValue as number;
    norms[step] = normValue as number;
    tf.dispose([loss, norm]);
    const stored = `step${step + 1}/`;
    if (![...outputs.keys()].some((name) => name.startsWith(stored))) continue;
    const now = await readAll([...model.variables.values()]);
    for (const [index, name] of [...model.variables.keys()].entries())
      values.set(`${stored}${releasedPrefix}${name}`, now[index] as Float32Array);
  }
  adam.dispose();
  model.dispose();
  values.set('train/learning_rate', rates);
  values.set('train/loss_before_step', losses);
  values.set('train/global_norm', norms);
  values.set(
    'train/global_step_before',
    Float32Array.from({ length: steps }, (_, step) => step),
  );
  return values;
}

/** Compares name and shape of every variable at base size. */
async function compareVariables(folder: string): Promise<Comparison> {
  const { variables } = (await readJson(join(folder, 'base-variables.json'))) as {
    variables: readonly { readonly name: string; readonly shape: readonly number[] }[];
  };
  const word = variables.find(({ name }) => name.endsWith('bert/embeddings/word_embeddings'));
  const projector = variables.find(({ name }) => name.endsWith('rotation_projector'));
  const types = variables.find(({ name }) => name.endsWith('rotation_type_embeddings'));
  const positions = variables.find(({ name }) => name.endsWith('bert/embeddings/position_embeddings'));
  const narrow = variables.find(({ name }) => name.endsWith('layer_0/intermediate/dense/kernel'));
  const layers = new Set(variables.map(({ name }) => /layer_(\d+)\//.exec(name)?.[1])).size - 1;
  const hidden = word?.shape[1] ?? 0;
  const config = kaleidoBertConfig({
    vocab_size: word?.shape[0],
    hidden_size: hidden,
    intermediate_size: narrow?.shape[1],
    num_hidden_layers: layers,
    // The number of heads does not affect the shapes.
    num_attention_heads: 1,
    max_position_embeddings: positions?.shape[0],
    patch_type_vocab_size: types?.shape[0],
    patch_feature_size: projector?.shape[0],
  });
  const own = variableDescriptions(config).map(({ name, shape }) => ({ name: `${releasedPrefix}${name}`, shape }));
  return compareItems(
    'base-variables: names and shapes',
    own,
    variables.map(({ name, shape }) => ({ name, shape })),
  );
}
