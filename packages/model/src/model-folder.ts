import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { KaleidoError, type StoredTensor, safetensorsPieces } from '@kaleido/foundation';
import { SafetensorsReader, writeWhole } from '@kaleido/foundation/node';
import { z } from 'zod';
import { KaleidoBert } from './kaleido-bert.ts';
import { type KaleidoBertConfig, kaleidoBertConfig } from './kaleido-bert-config.ts';
import { modelCard } from './model-card.ts';
import { loadReleasedCheckpoint, ownedFloats } from './released-checkpoint.ts';
import { variableDescriptions } from './variables.ts';
import { assertWeights, modelFromWeights, readWeights, storeWeights, type Weights } from './weights.ts';

const configFile = 'config.json';
const weightsFile = 'model.safetensors';
const indexFile = 'model.safetensors.index.json';
const cardFile = 'README.md';
/** Files lie in the folder itself: a path that leads elsewhere is none of ours. */
const indexSchema = z.object({ weight_map: z.record(z.string(), z.string().regex(/^[\w-][\w.-]*\.safetensors$/)) });

/** Files larger than this are hard to copy and to put on hubs. */
const largestFile = 2 * 2 ** 30;

export interface SaveOptions {
  /** Bytes of weights in one file at most, but for a tensor that is larger alone. Default: 2 GB. */
  readonly largestFile?: number;
}

/**
 * Writes `config.json`, `model.safetensors` and, where there is none, a model card `README.md`, each whole or not at all.
 * Weights above 2 GB go into several files, `model-00001-of-00002.safetensors` and so on, with the index that Hugging
 * Face's libraries read, `model.safetensors.index.json`.
 */
export async function saveModel(folder: string, model: KaleidoBert, options?: SaveOptions): Promise<void> {
  await saveWeights(folder, model.config, await readWeights(model), options);
}

/** As `saveModel`, for weights that are on the host already. */
export async function saveWeights(
  folder: string,
  config: KaleidoBertConfig,
  weights: Weights,
  options: SaveOptions = {},
): Promise<void> {
  const shards = cutIntoShards(storeWeights(config, weights), options.largestFile ?? largestFile);
  const names =
    shards.length === 1
      ? [weightsFile]
      : shards.map((_, index) => `model-${digits(index + 1)}-of-${digits(shards.length)}.safetensors`);
  for (const [index, entries] of shards.entries())
    await writeWhole(join(folder, names[index] as string), safetensorsPieces(entries, { format: 'pt' }));
  if (shards.length > 1) {
    const places = shards.flatMap((entries, index) => entries.map(([name]) => [name, names[index]]));
    const total = shards.flat().reduce((sum, [, { bytes }]) => sum + bytes.byteLength, 0);
    const index = { metadata: { total_size: total }, weight_map: Object.fromEntries(places) };
    await writeWhole(join(folder, indexFile), `${JSON.stringify(index, undefined, 2)}\n`);
  }
  await writeWhole(join(folder, configFile), `${JSON.stringify(config, undefined, 2)}\n`);
  // What another number of files left would be read instead of these, or never.
  const kept = new Set([...names, ...(shards.length > 1 ? [indexFile] : [])]);
  for (const name of await readdir(folder))
    if (/^model(-\d{5}-of-\d{5})?\.safetensors(\.index\.json)?$/.test(name) && !kept.has(name))
      await rm(join(folder, name));
  const card = join(folder, cardFile);
  if (!(await isThere(card))) await writeWhole(card, modelCard(config));
}

function cutIntoShards(entries: [string, StoredTensor][], most: number): [string, StoredTensor][][] {
  const shards: [string, StoredTensor][][] = [[]];
  let bytes = 0;
  for (const entry of entries) {
    const { byteLength } = entry[1].bytes;
    if (bytes > 0 && bytes + byteLength > most) {
      shards.push([]);
      bytes = 0;
    }
    (shards.at(-1) as [string, StoredTensor][]).push(entry);
    bytes += byteLength;
  }
  return shards;
}

function digits(number: number): string {
  return String(number).padStart(5, '0');
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Opens a model folder on the backend that is selected.
 * @throws KaleidoError for a missing file, a configuration that is wrong, weights that are damaged or do not fit it
 */
export async function loadModel(folder: string): Promise<KaleidoBert> {
  if (await isTensorflowCheckpoint(folder)) {
    const { config, weights } = await loadReleasedCheckpoint(folder);
    return modelFromWeights(config, weights);
  }
  const config = await readConfig(folder);
  const files = await openFiles(folder, config);
  try {
    assertWeights(config, files.sizes);
    return await KaleidoBert.fromReader(config, ({ name }) => files.read(name));
  } finally {
    await files.close();
  }
}

/**
 * As `loadModel`, with the weights left on the host. A TensorFlow checkpoint of the released code, or a folder with one,
 * is opened as well.
 */
export async function loadWeights(folder: string): Promise<{ config: KaleidoBertConfig; weights: Weights }> {
  if (await isTensorflowCheckpoint(folder)) {
    const { config, weights } = await loadReleasedCheckpoint(folder);
    return { config, weights };
  }
  const config = await readConfig(folder);
  const files = await openFiles(folder, config);
  try {
    const weights = new Map<string, Float32Array>();
    for (const name of files.sizes.keys()) weights.set(name, await files.read(name));
    return { config, weights };
  } finally {
    await files.close();
  }
}

async function readConfig(folder: string): Promise<KaleidoBertConfig> {
  const bytes = await readFile(join(folder, configFile)).catch((cause: NodeJS.ErrnoException) => {
    throw new KaleidoError({
      source: 'model',
      problem: `${folder} is no model folder: cannot read ${configFile}`,
      found: cause.code ?? cause.message,
      advice: 'give the folder of a run, which holds config.json and model.safetensors',
      cause,
    });
  });
  let values: unknown;
  try {
    values = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new KaleidoError({ source: 'model', problem: `${join(folder, configFile)} is not JSON`, cause });
  }
  return kaleidoBertConfig(values);
}

/** The weights of a folder, in one file or several: each is read into memory of its own when it is asked for. */
interface WeightFiles {
  /** How many numbers there are, by name. */
  readonly sizes: ReadonlyMap<string, number>;
  read(name: string): Promise<Float32Array>;
  close(): Promise<void>;
}

async function openFiles(folder: string, config: KaleidoBertConfig): Promise<WeightFiles> {
  const shapes = new Map(variableDescriptions(config).map(({ name, shape }) => [name, shape.join(', ')]));
  const sizes = new Map<string, number>();
  const readers: SafetensorsReader[] = [];
  const readerOf = new Map<string, SafetensorsReader>();
  const close = async (): Promise<void> => void (await Promise.all(readers.map((reader) => reader.close())));
  const refuse = (problem: string, found: unknown): KaleidoError =>
    new KaleidoError({
      source: 'model',
      problem,
      found,
      advice: 'use the config.json that was written with these weights',
    });
  try {
    const map = await readIndex(folder);
    for (const file of map === undefined ? [weightsFile] : new Set(map.values())) {
      const path = join(folder, file);
      const reader = await SafetensorsReader.open(path);
      readers.push(reader);
      for (const [name, { shape }] of reader.entries) {
        if (map !== undefined && map.get(name) !== file)
          throw refuse(`${path} has a tensor that ${indexFile} does not say is there`, name);
        const expected = shapes.get(name);
        if (expected !== undefined && expected !== shape.join(', '))
          throw refuse(`tensor "${name}" must have the shape [${expected}]`, `[${shape.join(', ')}]`);
        readerOf.set(name, reader);
        sizes.set(
          name,
          shape.reduce((product, length) => product * length, 1),
        );
      }
    }
    for (const name of map?.keys() ?? [])
      if (!sizes.has(name)) throw refuse(`${join(folder, map?.get(name) ?? '')} lacks a tensor of ${indexFile}`, name);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    sizes,
    read: async (name) => ownedFloats(await (readerOf.get(name) as SafetensorsReader).read(name), name),
    close,
  };
}

/** Which file holds which tensor; nothing where there is one file. */
async function readIndex(folder: string): Promise<ReadonlyMap<string, string> | undefined> {
  if (await isThere(join(folder, weightsFile))) return undefined;
  const path = join(folder, indexFile);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = indexSchema.safeParse(
    await Promise.resolve(text)
      .then(JSON.parse)
      .catch(() => undefined),
  );
  if (!parsed.success)
    throw new KaleidoError({
      source: 'model',
      problem: `${path} is no index of safetensors files`,
      found: parsed.error.issues[0]?.message,
      advice: 'copy the folder again',
    });
  return new Map(Object.entries(parsed.data.weight_map));
}

async function isTensorflowCheckpoint(path: string): Promise<boolean> {
  if (path.endsWith('.index')) return true;
  const [inside, beside] = await Promise.all(
    [path, dirname(path)].map((one) => readdir(one).catch((): string[] => [])),
  );
  if (inside?.includes(weightsFile)) return false;
  return (
    inside?.some((name) => name.endsWith('.index')) === true || beside?.includes(`${basename(path)}.index`) === true
  );
}
