import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { decodeSafetensors, encodeSafetensors, KaleidoError } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import type { KaleidoBert } from './kaleido-bert.ts';
import { type KaleidoBertConfig, kaleidoBertConfig } from './kaleido-bert-config.ts';
import { loadReleasedCheckpoint } from './released-checkpoint.ts';
import { modelFromWeights, readWeights, restoreWeights, storeWeights, type Weights } from './weights.ts';

const configFile = 'config.json';
const weightsFile = 'model.safetensors';

/** Writes `config.json` and `model.safetensors`, each whole or not at all. */
export async function saveModel(folder: string, model: KaleidoBert): Promise<void> {
  await saveWeights(folder, model.config, await readWeights(model));
}

/** As `saveModel`, for weights that are on the host already. */
export async function saveWeights(folder: string, config: KaleidoBertConfig, weights: Weights): Promise<void> {
  await writeWhole(join(folder, weightsFile), encodeSafetensors(storeWeights(config, weights), { format: 'pt' }));
  await writeWhole(join(folder, configFile), `${JSON.stringify(config, undefined, 2)}\n`);
}

/**
 * Opens a model folder on the backend that is selected.
 * @throws KaleidoError for a missing file, a configuration that is wrong, weights that are damaged or do not fit it
 */
export async function loadModel(folder: string): Promise<KaleidoBert> {
  const { config, weights } = await loadWeights(folder);
  return modelFromWeights(config, weights);
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
  const read = async (name: string): Promise<Uint8Array> =>
    readFile(join(folder, name)).catch((cause: NodeJS.ErrnoException) => {
      throw new KaleidoError({
        source: 'model',
        problem: `${folder} is no model folder: cannot read ${name}`,
        found: cause.code ?? cause.message,
        advice: 'give the folder of a run, which holds config.json and model.safetensors',
        cause,
      });
    });
  const text = new TextDecoder().decode(await read(configFile));
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (cause) {
    throw new KaleidoError({ source: 'model', problem: `${join(folder, configFile)} is not JSON`, cause });
  }
  const config = kaleidoBertConfig(values);
  const path = join(folder, weightsFile);
  return { config, weights: restoreWeights(config, decodeSafetensors(await read(weightsFile), path)) };
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
