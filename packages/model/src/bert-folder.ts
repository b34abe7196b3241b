import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { float32Values, KaleidoError } from '@kaleido/foundation';
import { SafetensorsReader } from '@kaleido/foundation/node';
import { z } from 'zod';
import type { KaleidoBertConfig } from './kaleido-bert-config.ts';
import { variableDescriptions } from './variables.ts';
import type { Weights } from './weights.ts';

/** A BERT as Hugging Face's folders hold it, under the names of this project. */
export interface BertFolder {
  /** What of a model's configuration follows from it. */
  readonly config: Pick<
    KaleidoBertConfig,
    | 'vocab_size'
    | 'hidden_size'
    | 'intermediate_size'
    | 'num_hidden_layers'
    | 'num_attention_heads'
    | 'max_position_embeddings'
    | 'type_vocab_size'
    | 'hidden_act'
  >;
  /** By this project's names, kernels as [inputs, outputs]. */
  readonly weights: Weights;
}

const count = z.number().int().positive();
const bertConfig = z.object({
  model_type: z.literal('bert'),
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  max_position_embeddings: count,
  type_vocab_size: count,
  hidden_act: z.enum(['gelu', 'gelu_new', 'gelu_pytorch_tanh']),
});

/** Where a tensor of a BERT goes. */
export interface BertPlace {
  readonly name: string;
  readonly shape: readonly number[];
  /** [outputs, inputs] in the file, and the other way here. */
  readonly transposed: boolean;
  /** Whether a folder may be without it: BertModel has no heads. */
  readonly optional: boolean;
}

/**
 * Reads a BERT from a Hugging Face folder: `config.json` and `model.safetensors`, of any float type, with or without the
 * prefix `bert.` and the heads of pre-training; LayerNorm's weights also by their names of old, gamma and beta.
 *
 * @throws KaleidoError for a folder without them (it says how to convert `pytorch_model.bin`), a file that is damaged, a
 *   tensor that is missing, of another shape, or that no BERT has
 */
export async function loadBertFolder(folder: string): Promise<BertFolder> {
  const config = await readConfig(folder);
  const names = await readdir(folder).catch((): string[] => []);
  const safe = 'model.safetensors';
  const pickled = names.find((name) => /\.(bin|pt|pth|ckpt)$/.test(name));
  return {
    config,
    weights: await loadBertWeights(join(folder, names.includes(safe) ? safe : (pickled ?? safe)), config),
  };
}

/**
 * The weights of one file for a configuration that is known.
 * @throws KaleidoError as `loadBertFolder` does
 */
export async function loadBertWeights(path: string, config: BertFolder['config']): Promise<Weights> {
  if (!path.endsWith('.safetensors'))
    throw new KaleidoError({
      source: 'model',
      problem: `${path} is a pickle, which may run code, and is not opened here`,
      found: basename(path),
      advice:
        'convert it in Python: BertForPreTraining.from_pretrained(FOLDER).save_pretrained(FOLDER, safe_serialization=True)',
    });
  const file = await SafetensorsReader.open(path);
  try {
    const places = bertPlaces(config);
    const weights = new Map<string, Float32Array>();
    for (const [stored, entry] of file.entries) {
      const name = modernName(stored);
      // Tied to the word embeddings, or no weight at all.
      if (/^cls\.predictions\.decoder\.(weight|bias)$|^embeddings\.position_ids$/.test(name)) continue;
      const place = places.get(name);
      const refuse = (problem: string, found: unknown): KaleidoError =>
        new KaleidoError({ source: 'model', problem: `${path} ${problem}`, found, advice: 'compare its config.json' });
      if (place === undefined) throw refuse('has a tensor that no BERT of its config.json has', stored);
      if (entry.shape.join(', ') !== place.shape.join(', '))
        throw refuse(`has a tensor that must have the shape [${place.shape.join(', ')}], "${stored}"`, entry.shape);
      if (weights.has(place.name)) throw refuse('has a tensor under two names', stored);
      const values = float32Values(await file.read(stored), stored);
      weights.set(place.name, place.transposed ? transposed(values, place.shape) : values);
    }
    const missing = [...places].filter(([, { name, optional }]) => !optional && !weights.has(name));
    if (missing.length > 0)
      throw new KaleidoError({
        source: 'model',
        problem: `${path} lacks a tensor of a BERT of its config.json`,
        found: missing.slice(0, 5).map(([name]) => name),
        advice: 'compare its config.json',
      });
    return weights;
  } finally {
    await file.close();
  }
}

/** What became of a model's first weights. */
export interface BertInitialisation {
  readonly weights: Weights;
  /** Variables that are the BERT's. */
  readonly taken: readonly string[];
  /** What of the BERT has no place in the model, and why. */
  readonly left: readonly { readonly name: string; readonly why: string }[];
  /** Variables that stay as they were drawn. */
  readonly drawn: readonly string[];
}

/**
 * A model's first weights with the text side and the transformer of a BERT in their place.
 *
 * @param drawn the model's own first weights
 * @throws KaleidoError where the BERT is of another size or vocabulary
 */
export function initialiseFromBert(config: KaleidoBertConfig, drawn: Weights, bert: BertFolder): BertInitialisation {
  for (const key of [
    'vocab_size',
    'hidden_size',
    'intermediate_size',
    'num_hidden_layers',
    'num_attention_heads',
  ] as const)
    if (config[key] !== bert.config[key])
      throw new KaleidoError({
        source: 'model',
        problem: `the BERT has another ${key} than the model, which has ${config[key]}`,
        found: bert.config[key],
        advice: "set the model's size to that of the BERT, and take its vocabulary",
      });
  const weights = new Map(drawn);
  const taken: string[] = [];
  const left: { name: string; why: string }[] = [];
  const sizes = new Map(variableDescriptions(config).map(({ name, shape }) => [name, shape]));
  for (const [name, values] of bert.weights) {
    const shape = sizes.get(name);
    if (name.startsWith('cls/seq_relationship/'))
      left.push({
        name,
        why: 'it tells whether two sentences follow each other, not whether caption and photograph belong together',
      });
    else if (shape === undefined) left.push({ name, why: 'the model has no such variable' });
    else if (shape.reduce((product, length) => product * length, 1) !== values.length) {
      const rows = shape[0] as number;
      const width = config.hidden_size;
      // A table of other length: its first rows, as far as both go.
      const kept = new Float32Array(drawn.get(name) as Float32Array);
      kept.set(values.subarray(0, Math.min(values.length, rows * width)));
      weights.set(name, kept);
      taken.push(name);
      left.push({ name, why: `the model has ${rows} rows of it, the BERT ${values.length / width}` });
    } else {
      weights.set(name, values);
      taken.push(name);
    }
  }
  if (bert.config.hidden_act !== config.hidden_act)
    left.push({ name: `hidden_act ${bert.config.hidden_act}`, why: `the model has ${config.hidden_act}` });
  const found = new Set(taken);
  return { weights, taken, left, drawn: [...drawn.keys()].filter((name) => !found.has(name)) };
}

async function readConfig(folder: string): Promise<BertFolder['config']> {
  const path = join(folder, 'config.json');
  const refuse = (problem: string, found?: unknown, cause?: unknown): KaleidoError =>
    new KaleidoError({
      source: 'model',
      problem: `${path} ${problem}`,
      ...(found === undefined ? {} : { found }),
      advice: 'give the folder of a BERT as Hugging Face saves it',
      ...(cause === undefined ? {} : { cause }),
    });
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw refuse('cannot be read', cause.code ?? cause.message, cause);
  });
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (cause) {
    throw refuse('is not JSON', undefined, cause);
  }
  const parsed = bertConfig.safeParse(values);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refuse(`is no configuration of a BERT at "${issue?.path.join('.')}"`, issue?.message);
  }
  const { model_type: _, hidden_act, ...sizes } = parsed.data;
  return { ...sizes, hidden_act: hidden_act === 'gelu' ? 'gelu_erf' : 'gelu_tanh' };
}

/** Without the model's prefix, and with LayerNorm's names of today. */
function modernName(name: string): string {
  return name
    .replace(/^bert\./, '')
    .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
    .replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
}

/** Every tensor of a BERT by its name in a file, without the prefix `bert.`. */
export function bertPlaces(config: BertFolder['config']): ReadonlyMap<string, BertPlace> {
  const { hidden_size: D, intermediate_size: W, vocab_size: V } = config;
  const places = new Map<string, BertPlace>();
  const add = (stored: string, name: string, shape: readonly number[], optional = false, transposed = false): void => {
    places.set(stored, { name, shape, optional, transposed });
  };
  const dense = (stored: string, name: string, inputs: number, outputs: number, optional = false): void => {
    add(`${stored}.weight`, `${name}/kernel`, [outputs, inputs], optional, true);
    add(`${stored}.bias`, `${name}/bias`, [outputs], optional);
  };
  const layerNorm = (stored: string, name: string, optional = false): void => {
    add(`${stored}.weight`, `${name}/gamma`, [D], optional);
    add(`${stored}.bias`, `${name}/beta`, [D], optional);
  };
  const embeddings = 'bert/embeddings';
  add('embeddings.word_embeddings.weight', `${embeddings}/word_embeddings`, [V, D]);
  add('embeddings.position_embeddings.weight', `${embeddings}/position_embeddings`, [
    config.max_position_embeddings,
    D,
  ]);
  add('embeddings.token_type_embeddings.weight', `${embeddings}/token_type_embeddings`, [config.type_vocab_size, D]);
  layerNorm('embeddings.LayerNorm', `${embeddings}/LayerNorm`);
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const [stored, name] = [`encoder.layer.${i}`, `bert/encoder/layer_${i}`];
    for (const part of ['query', 'key', 'value'])
      dense(`${stored}.attention.self.${part}`, `${name}/attention/self/${part}`, D, D);
    dense(`${stored}.attention.output.dense`, `${name}/attention/output/dense`, D, D);
    layerNorm(`${stored}.attention.output.LayerNorm`, `${name}/attention/output/LayerNorm`);
    dense(`${stored}.intermediate.dense`, `${name}/intermediate/dense`, D, W);
    dense(`${stored}.output.dense`, `${name}/output/dense`, W, D);
    layerNorm(`${stored}.output.LayerNorm`, `${name}/output/LayerNorm`);
  }
  dense('pooler.dense', 'bert/pooler/dense', D, D, true);
  add('cls.predictions.bias', 'cls/predictions/output_bias', [V], true);
  dense('cls.predictions.transform.dense', 'cls/predictions/transform/dense', D, D, true);
  layerNorm('cls.predictions.transform.LayerNorm', 'cls/predictions/transform/LayerNorm', true);
  add('cls.seq_relationship.weight', 'cls/seq_relationship/output_weights', [2, D], true);
  add('cls.seq_relationship.bias', 'cls/seq_relationship/output_bias', [2], true);
  return places;
}

/** [rows, columns] to [columns, rows]. */
export function transposed(values: Float32Array, [rows, columns]: readonly number[]): Float32Array {
  const [R, C] = [rows as number, columns as number];
  const turned = new Float32Array(values.length);
  for (let r = 0; r < R; r++) for (let c = 0; c < C; c++) turned[c * R + r] = values[r * C + c] as number;
  return turned;
}
