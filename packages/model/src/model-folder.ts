import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type StoredTensor, safetensorsPieces } from '@kaleido/foundation';
import { folderOnDisk, writeWhole } from '@kaleido/foundation/node';
import type { KaleidoBert } from './kaleido-bert.ts';
import type { KaleidoBertConfig } from './kaleido-bert-config.ts';
import { modelCard } from './model-card.ts';
import { configFile, loadModelFiles, loadWeightsFiles } from './model-files.ts';
import { loadReleasedCheckpoint } from './released-checkpoint.ts';
import { indexFile, weightsFile } from './safetensors-files.ts';
import { modelFromWeights, readWeights, storeWeights, type Weights } from './weights.ts';

const cardFile = 'README.md';
/** Files larger than this are hard to copy and to put on hubs. */
const largestFile = 2 * 2 ** 30;

export interface SaveOptions {
  /** Most bytes of weights in one file, except for a single tensor that is larger. Default: 2 GB. */
  readonly largestFile?: number;
}

/**
 * Writes `config.json`, `model.safetensors` and, if missing, a model card `README.md`, each whole or not at all.
 * Weights above 2 GB go into several files, `model-00001-of-00002.safetensors` and so on, with the index that Hugging
 * Face's libraries read, `model.safetensors.index.json`.
 */
export async function saveModel(folder: string, model: KaleidoBert, options?: SaveOptions): Promise<void> {
  await saveWeights(folder, model.config, await readWeights(model), options);
}

/** As `saveModel`, for weights that are already on the host. */
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
  // With another number of files, earlier ones would be read instead of these, or never.
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

/**
 * Opens a model folder on the selected backend.
 * @throws KaleidoError for a missing file, a configuration that is wrong, weights that are damaged or do not fit it
 */
export async function loadModel(folder: string): Promise<KaleidoBert> {
  if (await isTensorflowCheckpoint(folder)) {
    const { config, weights } = await loadReleasedCheckpoint(folder);
    return modelFromWeights(config, weights);
  }
  return loadModelFiles(folderOnDisk(folder));
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
  return loadWeightsFiles(folderOnDisk(folder));
}

/** Whether a path is that of a TensorFlow checkpoint of the released code, or of a folder with one. */
export async function isTensorflowCheckpoint(path: string): Promise<boolean> {
  if (path.endsWith('.index')) return true;
  const [inside, beside] = await Promise.all(
    [path, dirname(path)].map((one) => readdir(one).catch((): string[] => [])),
  );
  if (inside?.includes(weightsFile)) return false;
  return (
    inside?.some((name) => name.endsWith('.index')) === true || beside?.includes(`${basename(path)}.index`) === true
  );
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
