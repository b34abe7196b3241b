import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeText, float32Tensor, KaleidoError, parseJson, type StoredTensor } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import { type KaleidoBertConfig, kaleidoBertConfig } from './kaleido-bert-config.ts';
import { isScopeOfCopies, type LeftVariables, tellLeftVariables } from './left-variables.ts';
import { TensorflowCheckpoint, writeTensorflowCheckpoint } from './tensorflow-checkpoint/tensorflow-checkpoint.ts';
import { releasedPrefix, type VariableDescription, variableDescriptions } from './variables.ts';
import { ownedFloats, type Weights } from './weights.ts';

/** Adam's moments by variable name, in the form from which @kaleido/training resumes a stage. */
export interface ReleasedOptimizer {
  /** Number of completed steps. */
  readonly step: number;
  readonly firstMoments: ReadonlyMap<string, Float32Array>;
  readonly secondMoments: ReadonlyMap<string, Float32Array>;
}

export interface ReleasedCheckpoint {
  readonly config: KaleidoBertConfig;
  /** By the model's own names, without prefix. */
  readonly weights: Weights;
  /** The linear layers that the released fine-tuning adds: `catepred_dense/kernel` [D, n] and the like. */
  readonly heads: ReadonlyMap<string, StoredTensor>;
  /** If it was requested and exists. */
  readonly optimizer?: ReleasedOptimizer;
  /** Variables that were not read: those that optimizers, averages and loss scaling add. */
  readonly left: readonly LeftVariables[];
}

export interface LoadReleasedOptions {
  /** Default: `config.json` in the checkpoint's folder, or in the one above it. */
  readonly config?: KaleidoBertConfig;
  /** Read Adam's moments too: three times the memory. Default: no. */
  readonly optimizer?: boolean;
}

const word = 'bert/embeddings/word_embeddings';
const slots = ['/Adam', '/Adam_1'] as const;
const headNames = ['catepred_dense', 'subcatepred_dense'].flatMap((name) => [`${name}/kernel`, `${name}/bias`]);
/** The most names of one kind that an error lists. */
const mostNamed = 5;

/**
 * The weights of a TensorFlow checkpoint of the released code, whose variables may have any prefix. Variables that
 * training adds are recognised and left: optimizers' slots (`Adam`, `adam_m`, those of LAMB and others), moving
 * averages, counters, loss scales.
 * Variables are read one by one: memory holds only the model, and its moments if requested.
 *
 * @param path as `TensorflowCheckpoint.open` takes it
 * @throws KaleidoError for a checkpoint that is damaged, and for variables that are missing, of another shape or type,
 *   unknown to the model, or under two prefixes
 */
export async function loadReleasedCheckpoint(
  path: string,
  { config: given, optimizer: withOptimizer = false }: LoadReleasedOptions = {},
): Promise<ReleasedCheckpoint> {
  const checkpoint = await TensorflowCheckpoint.open(path);
  try {
    const config = given ?? (await configBeside(checkpoint.prefix));
    const prefix = prefixOf(checkpoint);
    const descriptions = variableDescriptions(config);
    const others = assertFits(checkpoint, prefix, descriptions);
    const values = async (name: string): Promise<Float32Array> => ownedFloats(await checkpoint.read(name), name);
    const weights = new Map<string, Float32Array>();
    for (const { name } of descriptions) weights.set(name, await values(`${prefix}${name}`));
    const heads = new Map<string, StoredTensor>();
    for (const name of headNames) if (checkpoint.entries.has(name)) heads.set(name, await checkpoint.read(name));
    const optimizer = withOptimizer ? await readOptimizer(checkpoint, prefix, descriptions, values) : undefined;
    const read = optimizer === undefined ? undefined : /\/Adam(_1)?$|(^|\/)(global_step|beta[12]_power)$/;
    const left = others
      .map(({ kind, names }) => ({ kind, names: names.filter((name) => read?.test(name) !== true) }))
      .filter(({ names }) => names.length > 0);
    return { config, weights, heads, left, ...(optimizer === undefined ? {} : { optimizer }) };
  } finally {
    await checkpoint.close();
  }
}

/**
 * Writes a checkpoint under the released code's names, and `config.json` next to it.
 * @throws KaleidoError where a file cannot be written
 */
export async function saveReleasedCheckpoint(
  prefix: string,
  {
    config,
    weights,
    heads = new Map(),
    optimizer,
  }: Pick<ReleasedCheckpoint, 'config' | 'weights'> & Partial<ReleasedCheckpoint>,
): Promise<void> {
  const variables: [string, StoredTensor][] = [];
  const addMoments = (stored: string, name: string, shape: readonly number[]): void => {
    for (const [slot, moments] of [
      [slots[0], optimizer?.firstMoments],
      [slots[1], optimizer?.secondMoments],
    ] as const) {
      const values = moments?.get(name);
      if (values !== undefined) variables.push([`${stored}${slot}`, float32Tensor(values, shape)]);
    }
  };
  for (const { name, shape } of variableDescriptions(config)) {
    variables.push([`${releasedPrefix}${name}`, float32Tensor(weights.get(name) as Float32Array, shape)]);
    addMoments(`${releasedPrefix}${name}`, name, shape);
  }
  for (const [name, tensor] of heads) {
    variables.push([name, tensor]);
    addMoments(name, name, tensor.shape);
  }
  if (optimizer !== undefined) {
    const { step } = optimizer;
    const bytes = new Uint8Array(BigInt64Array.of(BigInt(step)).buffer);
    variables.push(['global_step', { type: 'I64', shape: [], bytes }]);
    variables.push(['beta1_power', float32Tensor(powerAfter(0.9, step), [])]);
    variables.push(['beta2_power', float32Tensor(powerAfter(0.98, step), [])]);
  }
  await writeTensorflowCheckpoint(prefix, variables);
  await writeWhole(join(dirname(prefix), 'config.json'), `${JSON.stringify(config, undefined, 2)}\n`);
}

/**
 * The power of a beta that TensorFlow's Adam stores: multiplied once per step, in float32, and already for the next
 * step.
 */
function powerAfter(beta: number, steps: number): Float32Array {
  const power = Float32Array.of(beta);
  for (let step = 0; step < steps && power[0] !== 0; step++) power[0] = (power[0] as number) * Math.fround(beta);
  return power;
}

async function configBeside(prefix: string): Promise<KaleidoBertConfig> {
  for (const folder of [dirname(prefix), dirname(dirname(prefix))]) {
    const path = join(folder, 'config.json');
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes === undefined) continue;
    const origin = { source: 'model', name: path };
    return kaleidoBertConfig(parseJson(decodeText(bytes, origin), origin));
  }
  throw new KaleidoError({
    source: 'model',
    problem: `there is no config.json beside the checkpoint ${prefix}, nor in the folder above it`,
    advice: 'put the released config.json there, or hand over a configuration',
  });
}

/** The prefix of the model's variables, with its slash; empty if they have none. */
function prefixOf({ prefix, entries }: TensorflowCheckpoint): string {
  const found = [...entries.keys()].filter((name) => name === word || name.endsWith(`/${word}`));
  const prefixes = found.map((name) => name.slice(0, -word.length));
  const [own, ...more] = prefixes.length === 1 ? prefixes : prefixes.filter((one) => !isScopeOfCopies(one));
  if (own !== undefined && more.length === 0) return own;
  throw new KaleidoError({
    source: 'model',
    problem:
      found.length === 0
        ? `the checkpoint ${prefix} is none of a Kaleido-BERT: it has no variable ${word}`
        : `the checkpoint ${prefix} holds several models, and nobody can say which is meant`,
    found: found.length === 0 ? [...entries.keys()].slice(0, mostNamed) : found,
    advice: 'give a checkpoint of one Kaleido-BERT',
  });
}

/** @returns the variables that do not belong to the model */
function assertFits(
  { prefix: path, entries, unread }: TensorflowCheckpoint,
  prefix: string,
  descriptions: readonly VariableDescription[],
): readonly LeftVariables[] {
  const refuse = (problem: string, names: readonly string[], found?: unknown): never => {
    const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
    throw new KaleidoError({
      source: 'model',
      problem: `the checkpoint ${path} ${problem}: ${names.slice(0, mostNamed).join(', ')}${more}`,
      ...(found === undefined ? {} : { found }),
      advice: 'compare its config.json: it decides which variables there are, and their shapes',
    });
  };
  const missing = descriptions.filter(({ name }) => !entries.has(`${prefix}${name}`)).map(({ name }) => name);
  const untold = new Set(unread);
  const ofOtherTypes = missing.filter((name) => untold.has(`${prefix}${name}`));
  if (ofOtherTypes.length > 0) refuse('has variables that are not float32, as the model is', ofOtherTypes);
  if (missing.length > 0) refuse('lacks variables of the model', missing);
  for (const { name, shape } of descriptions) {
    const entry = entries.get(`${prefix}${name}`);
    if (entry?.shape.join(', ') !== shape.join(', '))
      refuse(`has a variable that must have the shape [${shape.join(', ')}]`, [name], entry?.shape);
    if (entry?.type !== 'F32') refuse('has a variable that is not float32, as the model is', [name], entry?.type);
  }
  const known = new Set([...descriptions.map(({ name }) => `${prefix}${name}`), ...headNames]);
  const others = [
    ...[...entries].filter(([name]) => !known.has(name)).map(([name, { shape }]) => ({ name, shape })),
    ...unread.map((name) => ({ name })),
  ];
  const { left, foreign } = tellLeftVariables(others, new Set([...descriptions.map(({ name }) => name), ...headNames]));
  if (foreign.length > 0) refuse('has variables that the model does not', foreign);
  return left;
}

async function readOptimizer(
  checkpoint: TensorflowCheckpoint,
  prefix: string,
  descriptions: readonly VariableDescription[],
  values: (name: string) => Promise<Float32Array>,
): Promise<ReleasedOptimizer | undefined> {
  // The moments of another optimizer cannot be used here.
  const hasSlots = descriptions.some(({ name }) => checkpoint.entries.has(`${prefix}${name}${slots[0]}`));
  if (!checkpoint.entries.has('global_step') || !hasSlots) return undefined;
  const moments = async (slot: (typeof slots)[number]): Promise<Map<string, Float32Array>> => {
    const found = new Map<string, Float32Array>();
    const layers = headNames.flatMap((name) => {
      const shape = checkpoint.entries.get(name)?.shape;
      return shape === undefined ? [] : [{ name, shape, stored: `${name}${slot}` }];
    });
    const own = descriptions.map(({ name, shape }) => ({ name, shape, stored: `${prefix}${name}${slot}` }));
    for (const { name, shape, stored } of [...own, ...layers]) {
      const size = shape.reduce((product, length) => product * length, 1);
      // A variable that no gradient reached has no slots.
      const moment = checkpoint.entries.has(stored) ? await values(stored) : new Float32Array(size);
      if (moment.length !== size)
        throw new KaleidoError({
          source: 'model',
          problem: `the checkpoint ${checkpoint.prefix} has a moment of another size than its variable: ${stored}`,
          found: moment.length,
          advice: 'copy the checkpoint again, or start from its weights alone',
        });
      found.set(name, moment);
    }
    return found;
  };
  const { bytes, type } = await checkpoint.read('global_step');
  if (type !== 'I64' || bytes.length !== 8)
    throw new KaleidoError({
      source: 'model',
      problem: `the checkpoint ${checkpoint.prefix} has a global_step that is not an int64`,
      found: type,
      advice: 'copy the checkpoint again, or start from its weights alone',
    });
  const step = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true));
  return { step, firstMoments: await moments('/Adam'), secondMoments: await moments('/Adam_1') };
}
