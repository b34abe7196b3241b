import { type FolderFiles, KaleidoError, readJson } from '@kaleido/foundation';
import { KaleidoBert } from './kaleido-bert.ts';
import { type KaleidoBertConfig, kaleidoBertConfig } from './kaleido-bert-config.ts';
import { openSafetensorsFolder, type SafetensorsFiles } from './safetensors-files.ts';
import { variableDescriptions } from './variables.ts';
import { assertWeights, ownedFloats, type Weights } from './weights.ts';

export const configFile = 'config.json';

/**
 * Opens a model's files on the selected backend, in Node and in a page: `config.json`, and the weights in one
 * safetensors file or in several with an index. Tensors are read one by one: weights are in memory once.
 * @throws KaleidoError for a missing file, a configuration that is wrong, weights that are damaged or do not fit it
 */
export async function loadModelFiles(files: FolderFiles): Promise<KaleidoBert> {
  const config = await readModelConfig(files);
  return withWeights(files, config, async (stored) => {
    const sizes = [...stored.shapes].map(
      ([name, shape]) => [name, shape.reduce((size, length) => size * length, 1)] as const,
    );
    assertWeights(config, new Map(sizes));
    return KaleidoBert.fromReader(config, async ({ name }) => ownedFloats(await stored.read(name), name));
  });
}

/** As `loadModelFiles`, with the weights left on the host. */
export async function loadWeightsFiles(files: FolderFiles): Promise<{ config: KaleidoBertConfig; weights: Weights }> {
  const config = await readModelConfig(files);
  return withWeights(files, config, async (stored) => {
    const weights = new Map<string, Float32Array>();
    for (const name of stored.shapes.keys()) weights.set(name, ownedFloats(await stored.read(name), name));
    return { config, weights };
  });
}

/**
 * A model's configuration, without its weights.
 * @throws KaleidoError for a `config.json` that is missing or wrong
 */
export async function readModelConfig(files: FolderFiles): Promise<KaleidoBertConfig> {
  const values = await readJson(files, configFile, 'model');
  if (values !== undefined) return kaleidoBertConfig(values);
  throw new KaleidoError({
    source: 'model',
    problem: `${files.name} is not a model folder: cannot read ${configFile}`,
    found: files.whyAbsent(configFile),
    advice: 'give the folder of a model, which holds config.json and model.safetensors',
  });
}

/** Opens the weights, whose shapes must be the configuration's, and closes them after use. */
async function withWeights<Result>(
  files: FolderFiles,
  config: KaleidoBertConfig,
  use: (stored: SafetensorsFiles) => Promise<Result>,
): Promise<Result> {
  const expected = new Map(variableDescriptions(config).map(({ name, shape }) => [name, shape.join(', ')]));
  const stored = await openSafetensorsFolder(files);
  try {
    for (const [name, shape] of stored.shapes)
      if (expected.has(name) && expected.get(name) !== shape.join(', '))
        throw new KaleidoError({
          source: 'model',
          problem: `tensor "${name}" must have the shape [${expected.get(name)}]`,
          found: `[${shape.join(', ')}]`,
          advice: 'use the config.json that was written with these weights',
        });
    return await use(stored);
  } finally {
    await stored.close();
  }
}
